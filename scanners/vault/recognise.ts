import { mayHold } from '../../src/scan/formats/looks-like-yaml.ts';
import type { FileHead } from '../../src/scan/scanner.ts';
import { vaultPath } from './names.ts';

export type VaultFormat = 'policy-hcl' | 'policy-json' | 'answers';

const PATH_BLOCK = /^path\s+"[^"\n]*"\s*\{/m;
/** Nothing but comments stands in front of the first block: a page about policies is none. */
const BEGINNING = /^\uFEFF?(?:\s|#[^\n]*\n|\/\/[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*[a-z_]+\s*(?:"|\{|=)/;
const RIGHTS =
  /^\s*(?:capabilities\s*=\s*\[|policy\s*=\s*"(?:deny|read|write|sudo)")|\{\s*(?:capabilities|policy)\s*=/m;
/** Blocks of other languages in the same syntax. */
const OTHER =
  /^(?:resource|data|module|variable|provider|output|locals|terraform|job|node|service|namespace|key_prefix|listener|storage|seal|auto_auth)\b[^\n=]*\{/m;
const MEMBERS = [
  'token_policies',
  'secret_id_ttl',
  'allowed_policies',
  'rules',
  'policy',
  'secret_id_accessor',
  'accessor',
  'bound_issuer',
  'oidc_discovery_url',
];

/** Which export of Vault or OpenBao a file begins as. */
export function recogniseVault(head: FileHead): VaultFormat | undefined {
  if (head.binary) return undefined;
  const { text } = head;
  if (mayHold(head, 'path') && (mayHold(head, 'capabilities') || mayHold(head, 'policy'))) {
    if (/^\uFEFF?\s*\{/.test(text)) {
      if (/^\uFEFF?\s*\{\s*"path"\s*:\s*[[{]/.test(text) && /"(?:capabilities|policy)"\s*:/.test(text))
        return 'policy-json';
    } else if (
      !/\.(?:tf|mdx?|[jt]sx?|py|rb|go|ya?ml|sh|html?|adoc|rst)$/i.test(head.path) &&
      BEGINNING.test(text) &&
      PATH_BLOCK.test(text) &&
      RIGHTS.test(text) &&
      !OTHER.test(text)
    ) {
      return 'policy-hcl';
    }
  }
  return mayHold(head, '"') && recogniseAnswers(head) ? 'answers' : undefined;
}

function recogniseAnswers(head: FileHead): boolean {
  const { text, path } = head;
  const keyed = ['"auth/', '"sys/polic', '"identity/', 'roles/'].some((beginning) => mayHold(head, beginning));
  if (!keyed && !mayHold(head, '"request_id"') && !mayHold(head, '"policy"') && vaultPath(path) === undefined)
    return false;
  if (!/^\uFEFF?\s*[[{]/.test(text) || !/\.(?:json|txt|ndjson|jsonl)$|\/[^.]*$|^[^.]*$/i.test(path)) return false;
  if (
    /^\uFEFF?\s*\{\s*"(?:auth\/[^"]+\/(?:roles?\/|users\/|groups\/|certs\/|config|accessors)|identity\/(?:entity|group)\/id\/|[\w./-]+\/(?:static-)?roles\/[^"/]+"\s*:\s*\{\s*"(?:request_id|data)"|sys\/polic(?:y|ies\/acl)\/)/.test(
      text,
    )
  )
    return true;
  // What `vault policy read -format=json` prints.
  if (/^\uFEFF?\s*\{\s*"policy"\s*:\s*"(?:[^"\\]|\\.)*path\s/.test(text)) return true;
  if (vaultPath(path)?.kind === 'accessors') return /^\uFEFF?\s*(?:\[\s*"|\{\s*"request_id")/.test(text);
  return (
    text.includes('"request_id"') &&
    text.includes('"lease_duration"') &&
    MEMBERS.some((member) => text.includes(`"${member}"`))
  );
}
