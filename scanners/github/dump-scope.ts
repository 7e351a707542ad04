/** What an answer of GitHub's API is about: a repository, an environment in one, or an organization. */
export interface DumpScope {
  readonly owner: string;
  readonly repository?: string;
  readonly environment?: string;
  /** Of secrets: which product reads them. */
  readonly product?: SecretProduct;
  /** The rest of the address behind the owner and repository. */
  readonly rest: string;
}

export type SecretProduct = 'actions' | 'dependabot' | 'codespaces';

const REPOSITORY = /(?:^|\/)repos\/([\w.-]{1,100})\/([\w.-]{1,100})(?:\/([^?#]*))?/;
const ORGANIZATION = /(?:^|\/)orgs\/([\w.-]{1,100})(?:\/([^?#]*))?/;

/**
 * The scope that an address of the API names, `https://api.github.com/repos/O/R/keys/1`; or the path of a file that was
 * named after its address, `exports/repos/O/R/keys.json`.
 */
export function scopeOf(address: string): DumpScope | undefined {
  const [, owner, name, tail = ''] = REPOSITORY.exec(address) ?? [];
  if (owner !== undefined && name !== undefined) {
    const rest = withoutEnding(tail);
    const environment = /^environments\/([^/]+)/.exec(rest)?.[1];
    return {
      owner,
      repository: `${owner}/${withoutEnding(name)}`,
      ...(environment === undefined ? {} : { environment: decoded(environment) }),
      ...productOf(rest),
      rest,
    };
  }
  const [, organization, path = ''] = ORGANIZATION.exec(address) ?? [];
  if (organization === undefined) return undefined;
  return { owner: withoutEnding(organization), ...productOf(withoutEnding(path)), rest: withoutEnding(path) };
}

function productOf(rest: string): { readonly product?: SecretProduct } {
  const found = /(?:^|\/)(actions|dependabot|codespaces)\/(?:organization-)?secrets/.exec(rest)?.[1];
  if (found !== undefined) return { product: found as SecretProduct };
  return /^environments\/[^/]+\/secrets/.test(rest) ? { product: 'actions' } : {};
}

/** Of a file's name; pages of one answer may be numbered. */
function withoutEnding(path: string): string {
  return path.replace(/(?:[.-](?:page-?)?\d+)?\.(?:json|ndjson|jsonl)$/i, '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
