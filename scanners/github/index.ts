import { limitError, syntaxError } from '../../src/scan/formats/format-error.ts';
import { entryOf, type Node } from '../../src/scan/formats/node.ts';
import { brokenByTemplate } from '../../src/scan/formats/template.ts';
import { textChunks } from '../../src/scan/formats/text-chunks.ts';
import { parseYaml } from '../../src/scan/formats/yaml.ts';
import { yamlPieces } from '../../src/scan/formats/yaml-pieces.ts';
import type { ScanContext, Scanner, SourceFile } from '../../src/scan/scanner.ts';
import { readAction } from './action.ts';
import { readDump } from './dump.ts';
import { recogniseGithub } from './recognise.ts';
import { readWorkflow } from './workflow.ts';

/** GitHub Actions workflows, actions and answers of GitHub's API; docs/sources/github.md says what is read and what is not. */
export const githubScanner: Scanner = {
  id: 'github',
  title: 'GitHub workflows, actions and API answers',
  recognise: recogniseGithub,
  async read(file: SourceFile, context: ScanContext) {
    const format = recogniseGithub(file);
    if (format === 'api-answer') return readDump(file, context);
    const root = await readDocument(file);
    // A file of comments only is a workflow that somebody has switched off.
    if (root === undefined) return;
    if (format === 'action') return readAction(root, file.path, context);
    const jobs = entryOf(root, 'jobs');
    if (root.kind !== 'map' || jobs?.value.kind !== 'map') {
      throw syntaxError(file.path, jobs?.place ?? root.place, 'a workflow without jobs');
    }
    readWorkflow(root, file.path, context);
  },
};

async function readDocument(file: SourceFile): Promise<Node | undefined> {
  let root: Node | undefined;
  for await (const { text, line, document } of yamlPieces(textChunks(file.stream()))) {
    if (text === undefined) throw limitError(file.path, { line, column: 1 }, 'a workflow that is too long');
    if (document > 0) throw syntaxError(file.path, { line, column: 1 }, 'a second document');
    try {
      root = parseYaml(text, { path: file.path, line });
    } catch (error) {
      // The workflow of a project template (cookiecutter) is none yet.
      if (brokenByTemplate(error, text, line)) return undefined;
      throw error;
    }
  }
  return root;
}
