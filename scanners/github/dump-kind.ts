import { outlineOf } from '../../src/scan/formats/json-outline.ts';
import type { FileHead } from '../../src/scan/scanner.ts';
import { scopeOf } from './dump-scope.ts';

/** What an element of an answer is. */
export type DumpKind =
  | 'deploy-key'
  | 'environment'
  | 'fine-grained-token'
  | 'installation'
  | 'branch-policy'
  | 'repository'
  | 'runner'
  | 'secret'
  | 'sso-credential'
  | 'workflow-state';

const HINTS = [
  '"busy"',
  'branch_policies',
  'read_only',
  'protection_rules',
  'token_expires_at',
  'app_slug',
  'full_name',
  'updated_at',
  'credential_authorized_at',
  '.github/workflows',
  'default_workflow_permissions',
  'allowed_actions',
  'include_claim_keys',
  'use_default',
  'documentation_url',
];

/** Names, without underscores, that an element of each kind has in GitHub's answers and not in those of its look-alikes. */
const ELEMENTS: readonly (readonly [DumpKind, readonly string[]])[] = [
  // GitLab says `can_push`, Gitea has no `verified`.
  ['deploy-key', ['id', 'key', 'title', 'readonly', 'verified']],
  ['fine-grained-token', ['tokenid', 'tokenexpired', 'repositoryselection', 'permissions']],
  ['sso-credential', ['credentialid', 'credentialtype', 'credentialauthorizedat']],
  ['installation', ['id', 'appid', 'appslug', 'permissions', 'repositoryselection']],
  ['environment', ['id', 'name', 'protectionrules', 'deploymentbranchpolicy']],
  ['environment', ['id', 'nodeid', 'name', 'htmlurl', 'createdat', 'updatedat', 'canadminsbypass']],
  ['workflow-state', ['id', 'name', 'path', 'state', 'htmlurl']],
  ['runner', ['id', 'name', 'os', 'status', 'busy', 'labels']],
  ['repository', ['id', 'nodeid', 'fullname', 'owner', 'private', 'htmlurl']],
];

const SECRET = new Set(['name', 'createdat', 'updatedat', 'visibility', 'selectedrepositoriesurl']);

/** What an object is by the names of its members. */
export function elementKind(names: ReadonlySet<string>): DumpKind | undefined {
  const found = ELEMENTS.find(([, wanted]) => wanted.every((name) => names.has(name)))?.[0];
  if (found !== undefined) return found;
  const isSecret = names.has('name') && names.has('updatedat') && [...names].every((name) => SECRET.has(name));
  return isSecret ? 'secret' : undefined;
}

/** Whether a file begins as an answer of GitHub's API that is read here. */
export function recogniseDump(file: FileHead): 'api-answer' | undefined {
  const first = file.head.find((byte) => byte > 32 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf);
  if (first !== 0x7b && first !== 0x5b) return undefined;
  // An empty answer says that there is none any more: it is read by its name.
  if (file.size < MOST_OF_NOTHING && NOTHING.test(file.text))
    return scopeOf(file.path) === undefined ? undefined : 'api-answer';
  const bytes = Buffer.from(file.head.buffer, file.head.byteOffset, file.head.byteLength);
  if (!HINTS.some((hint) => bytes.includes(hint, 0, 'latin1'))) return undefined;
  const text = file.text.replace(/^\uFEFF/, '').trimStart();
  // Pages that were slurped are lists in a list.
  const { members } = outlineOf(text.startsWith('[') ? `{"":${text.replace(/^\[\s*\[/, '[')}` : text);
  const top = new Set(members.keys());
  const counted = top.has('totalcount') && top.size === 2;
  for (const [name, { type, names }] of members) {
    if (names === undefined) continue;
    const kind = type === 'list' ? elementKind(names) : undefined;
    if (kind === 'secret') {
      // Too little to go by, where nothing else says that it is GitHub's.
      if (counted && name === 'secrets') return 'api-answer';
    } else if (kind === 'workflow-state') {
      if (text.includes('.github/workflows/')) return 'api-answer';
    } else if (kind !== undefined) return 'api-answer';
    if (counted && name === 'branchpolicies' && names.has('name')) return 'api-answer';
    if (counted && name === 'environments' && ['id', 'name', 'htmlurl'].every((wanted) => names.has(wanted)))
      return 'api-answer';
  }
  const kind = elementKind(top);
  if (kind === 'repository' || kind === 'installation' || kind === 'environment') return 'api-answer';
  const message = members.get('documentationurl')?.text ?? '';
  if (top.has('message') && message.startsWith('https://docs.github.com/')) return 'api-answer';
  return isSettings(top) ? 'api-answer' : undefined;
}

const MOST_OF_NOTHING = 200;
const NOTHING =
  /^\uFEFF?\s*(?:(?:\[\s*\]\s*)+|\[(?:\s*\[\s*\]\s*,?)+\s*\]\s*|(?:\{\s*"total_count"\s*:\s*0\s*,\s*"\w+"\s*:\s*\[\s*\]\s*\}\s*)+)$/;

const SUBJECT = new Set(['usedefault', 'includeclaimkeys', 'useimmutablesubject', 'subclaimprefix']);

function isSettings(top: ReadonlySet<string>): boolean {
  if (top.has('defaultworkflowpermissions') || (top.has('allowedactions') && top.has('enabled'))) return true;
  if (!top.has('usedefault') && !top.has('includeclaimkeys')) return false;
  return [...top].every((name) => SUBJECT.has(name));
}
