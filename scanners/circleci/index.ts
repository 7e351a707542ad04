import { syntaxError } from '../../src/scan/formats/format-error.ts';
import { mayHold } from '../../src/scan/formats/looks-like-yaml.ts';
import type { FileHead, ScanContext, Scanner, SourceFile } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { readYaml } from '../yaml-file.ts';
import { readPipeline } from './pipeline.ts';

const PATH = /(?:^|\/)\.circleci\/[^/]+\.ya?ml$/i;

/** Pipelines of CircleCI; see `docs/sources/circleci.md`. */
export const circleciScanner: Scanner = {
  id: 'circleci',
  title: 'CircleCI pipelines',
  recognise: recogniseCircleci,
  async read(file: SourceFile, context: ScanContext) {
    const root = await readYaml(file);
    if (root === undefined) return;
    if (root.kind !== 'map') throw syntaxError(file.path, root.place, 'a pipeline that is no mapping');
    const facts = new FileFacts(context, file.path, 'circleci');
    readPipeline(root, file.path, context.repository ?? 'local', facts);
    facts.end();
  },
};

/** What lies where CircleCI looks; a test result or a cache key in the folder has neither jobs nor workflows. */
function recogniseCircleci(file: FileHead): 'pipeline' | undefined {
  if (file.binary || !PATH.test(file.path)) return undefined;
  if (!mayHold(file, 'jobs') && !mayHold(file, 'workflows') && !mayHold(file, 'commands')) return undefined;
  return /^(["']?)(?:version|jobs|workflows|orbs|commands|setup)\1\s*:/m.test(file.text) ? 'pipeline' : undefined;
}
