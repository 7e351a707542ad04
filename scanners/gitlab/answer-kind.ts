/** What an element of an answer is. */
export type AnswerKind =
  | 'access-token'
  | 'deploy-key'
  | 'deploy-token'
  | 'job-token-scope'
  | 'project'
  | 'protected-environment'
  | 'runner'
  | 'trigger'
  | 'variable';

/** Names, without underscores, that each kind has in GitLab's answers; those with more names come first. */
const KINDS: readonly (readonly [AnswerKind, readonly string[]])[] = [
  ['deploy-token', ['id', 'name', 'username', 'revoked', 'expired', 'scopes']],
  ['access-token', ['id', 'name', 'revoked', 'scopes', 'active', 'userid']],
  ['variable', ['key', 'value', 'protected', 'masked', 'variabletype']],
  ['runner', ['id', 'runnertype', 'isshared', 'status', 'description']],
  ['job-token-scope', ['inboundenabled', 'outboundenabled']],
  ['project', ['id', 'pathwithnamespace', 'weburl']],
  ['project', ['id', 'pathwithnamespace', 'namewithnamespace']],
  ['deploy-key', ['id', 'title', 'key', 'canpush']],
  ['deploy-key', ['id', 'title', 'key', 'createdat', 'expiresat', 'fingerprintsha256']],
  ['protected-environment', ['name', 'deployaccesslevels']],
  ['trigger', ['id', 'description', 'token', 'owner', 'lastused']],
];

/** What an object is by the names of its members. */
export function kindOf(names: ReadonlySet<string>): AnswerKind | undefined {
  return KINDS.find(([, wanted]) => wanted.every((name) => names.has(name)))?.[0];
}
