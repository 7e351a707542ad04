import { outlineOf } from '../../src/scan/formats/json-outline.ts';
import { mayHold } from '../../src/scan/formats/looks-like-yaml.ts';
import type { FileHead } from '../../src/scan/scanner.ts';
import { kindOf } from './answer-kind.ts';
import { scopeOf } from './answer-scope.ts';

export type GitlabFormat = 'pipeline' | 'api-answer';

const PIPELINE_PATH = /(?:^|\/)(?:[\w.-]*\.gitlab-ci\.ya?ml|\.gitlab\/ci\/.+\.ya?ml)$/i;
const ID_TOKENS = /^ +id_tokens\s*:/m;
const SCRIPT = /^ +(?:script|trigger|extends)\s*:/m;

const HINTS = [
  'scopes',
  'environment_scope',
  'runner_type',
  'inbound_enabled',
  'path_with_namespace',
  'can_push',
  'deploy_access_levels',
  'last_used',
];

const MOST_OF_NOTHING = 100;
const NOTHING = /^\uFEFF?\s*(?:\[\s*\]\s*)+$/;

/** Pipelines by their name, or by the ID tokens that no other CI has; answers of the API by the names of their members. */
export function recogniseGitlab(file: FileHead): GitlabFormat | undefined {
  if (file.binary) return undefined;
  if (PIPELINE_PATH.test(file.path)) return 'pipeline';
  if (/\.ya?ml$/i.test(file.path)) {
    return mayHold(file, 'id_tokens') && ID_TOKENS.test(file.text) && SCRIPT.test(file.text) ? 'pipeline' : undefined;
  }
  const first = file.head.find((byte) => byte > 32 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf);
  if (first !== 0x7b && first !== 0x5b) return undefined;
  const scope = scopeOf(file.path);
  if (scope === undefined && !HINTS.some((hint) => mayHold(file, hint))) return undefined;
  // An empty answer says that there is none any more: it is read by its name.
  if (scope !== undefined && file.size < MOST_OF_NOTHING && NOTHING.test(file.text)) return 'api-answer';
  const text = file.text.replace(/^\uFEFF/, '').trimStart();
  const { members } = outlineOf(text.startsWith('[') ? `{"":${text.replace(/^\[\s*\[/, '[')}` : text);
  const names = text.startsWith('[') ? members.get('')?.names : new Set(members.keys());
  if (names === undefined) return undefined;
  if (kindOf(names) !== undefined) return 'api-answer';
  const refused = scope !== undefined && (names.has('message') || names.has('error')) && names.size <= 3;
  return refused ? 'api-answer' : undefined;
}
