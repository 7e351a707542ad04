import { looksLikeYaml, mayHold } from '../../src/scan/formats/looks-like-yaml.ts';
import type { FileHead } from '../../src/scan/scanner.ts';

/** `template-answer` is what `aws cloudformation get-template` prints. */
export type CloudFormationFormat = 'template-yaml' | 'template-json' | 'template-answer';

const YAML_TOP = /^["']?(?:AWSTemplateFormatVersion|Resources)["']?\s*:/m;
const JSON_TOP = /"(?:AWSTemplateFormatVersion|Resources)"\s*:/;
const TYPE = /["']?Type["']?\s*:\s*["']?(?:AWS|Alexa|Custom)::/;

/** Recognises a template by a resource of a type of AWS's, or by its version, at the top level. */
export function recogniseCloudFormation(head: FileHead): CloudFormationFormat | undefined {
  // This is asked of all files.
  if (head.binary || !(mayHold(head, 'AWS::') || mayHold(head, 'AWSTemplateFormatVersion'))) return undefined;
  const { text } = head;
  if (/^\uFEFF?\s*\{/.test(text)) {
    if (/^\uFEFF?\s*\{[^{]{0,200}?"TemplateBody"\s*:/.test(text) || /"TemplateBody"\s*:\s*["{]/.test(text)) {
      return 'template-answer';
    }
    return JSON_TOP.test(text) && (TYPE.test(text) || text.includes('"AWSTemplateFormatVersion"'))
      ? 'template-json'
      : undefined;
  }
  if (!YAML_TOP.test(text) || !looksLikeYaml(head.path, text)) return undefined;
  return TYPE.test(text) || /^["']?AWSTemplateFormatVersion/m.test(text) ? 'template-yaml' : undefined;
}
