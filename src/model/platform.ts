/**
 * Where a principal or credential lives. Open on purpose: users' own scanners may name platforms of their own. The
 * built-in ones are `aws`, `kubernetes`, `github`, `gcp`, `azure`, `gitlab`, `postgres`.
 */
export type Platform = string;
