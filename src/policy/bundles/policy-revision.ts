/**
 * What decisions, audit and snapshots say of who decided: the hash over all policies and data, and the bundles among them by name and
 * revision, as in `sha256:9f…+access@2026.11.3`. What would blur that in a revision is percent-encoded.
 */
export function policyRevision(
  hash: string,
  bundles: readonly { readonly name: string; readonly revision: string }[],
): string {
  return hash + bundles.map(({ name, revision }) => `+${name}@${escaped(revision)}`).join('');
}

function escaped(revision: string): string {
  return revision.replaceAll(/[^!-*,-~]|%/gu, (character) => encodeURIComponent(character));
}
