/**
 * Where a principal or credential lives. Open on purpose: users' own scanners may name platforms of their own. The
 * built-in ones are `aws`, `kubernetes`, `github`, `gcp`, `azure`, `gitlab`, `postgres`; for what lies in
 * repositories and on machines `mcp`, `compose`, `linux`, `jenkins`, `circleci`, `ansible`, `helm`.
 */
export type Platform = string;
