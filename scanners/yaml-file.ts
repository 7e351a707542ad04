import { limitError, syntaxError } from '../src/scan/formats/format-error.ts';
import type { Node } from '../src/scan/formats/node.ts';
import { brokenByTemplate } from '../src/scan/formats/template.ts';
import { textChunks } from '../src/scan/formats/text-chunks.ts';
import { parseYaml } from '../src/scan/formats/yaml.ts';
import { yamlPieces } from '../src/scan/formats/yaml-pieces.ts';
import type { SourceFile } from '../src/scan/scanner.ts';

/**
 * Reads a file that is one YAML document; undefined for an empty one, and for a template, which is none before it is
 * rendered.
 *
 * @throws AppError ERR_SCAN_SYNTAX or ERR_SCAN_LIMIT with `path:line:column`
 */
export async function readYaml(file: SourceFile): Promise<Node | undefined> {
  let root: Node | undefined;
  for await (const { text, line, document } of yamlPieces(textChunks(file.stream()))) {
    const place = { line, column: 1 };
    if (text === undefined) throw limitError(file.path, place, 'a document that is too long');
    if (document > 0 && root !== undefined) throw syntaxError(file.path, place, 'a second document');
    try {
      root = parseYaml(text, { path: file.path, line });
    } catch (error) {
      if (brokenByTemplate(error, text, line)) return undefined;
      throw error;
    }
  }
  return root;
}
