import { limitError, syntaxError } from '../../src/scan/formats/format-error.ts';
import { entryOf } from '../../src/scan/formats/node.ts';
import { brokenByTemplate } from '../../src/scan/formats/template.ts';
import { textChunks } from '../../src/scan/formats/text-chunks.ts';
import { parseYaml } from '../../src/scan/formats/yaml.ts';
import { yamlPieces } from '../../src/scan/formats/yaml-pieces.ts';
import type { ScanContext, Scanner, SourceFile } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { readAnswers } from './answers.ts';
import { readPipeline } from './pipeline.ts';
import { recogniseGitlab } from './recognise.ts';

/** GitLab pipelines and answers of its API; see `docs/sources/gitlab.md`. */
export const gitlabScanner: Scanner = {
  id: 'gitlab',
  title: 'GitLab pipelines and API answers',
  recognise: recogniseGitlab,
  async read(file: SourceFile, context: ScanContext) {
    if (recogniseGitlab(file) === 'pipeline') await readFile(file, context);
    else await readAnswers(file, context);
  },
};

async function readFile(file: SourceFile, context: ScanContext): Promise<void> {
  const facts = new FileFacts(context, file.path, 'gitlab');
  for await (const { text, line } of yamlPieces(textChunks(file.stream()))) {
    if (text === undefined) throw limitError(file.path, { line, column: 1 }, 'a pipeline that is too long');
    try {
      const root = parseYaml(text, { path: file.path, line });
      // What a component asks for stands in a document before it.
      if (root === undefined || (root.kind === 'map' && root.entries.size === 1 && entryOf(root, 'spec'))) continue;
      if (root.kind !== 'map') throw syntaxError(file.path, root.place, 'a pipeline that is no mapping');
      readPipeline(root, file.path, context.repository ?? 'local', facts);
    } catch (error) {
      if (!brokenByTemplate(error, text, line)) throw error;
    }
  }
  facts.end();
}
