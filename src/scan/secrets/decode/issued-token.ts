import type { Decoded, DecodeInput } from '../decoder.ts';
import { isPlaceholder } from '../placeholder.ts';
import { encodedMembers } from './encoded-members.ts';

/** https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats */
const GITHUB_KINDS: Readonly<Record<string, string>> = {
  ghp: 'personal-access-token',
  gho: 'oauth-access-token',
  ghu: 'app-user-token',
  ghs: 'app-installation-token',
  ghr: 'app-refresh-token',
};
/** An installation token lives for an hour, one for a user for eight: they are gone before they are found. */
const SHORT_LIVED: ReadonlySet<string> = new Set(['ghs', 'ghu']);

/** What kind of token of GitHub it is, by its prefix. */
export function decodeGithubToken({ value }: Pick<DecodeInput, 'value'>): Decoded | undefined {
  if (isPlaceholder(value)) return undefined;
  const prefix = value.slice(0, 3);
  const kind = GITHUB_KINDS[prefix] ?? 'fine-grained-personal-access-token';
  return { facts: { token_kind: kind, ...(SHORT_LIVED.has(prefix) ? { temporary: true } : {}) } };
}

/** A key of Amazon Bedrock: base64 of the name of its user, which has the account in it, and of the key. */
export function decodeBedrockKey({ value }: Pick<DecodeInput, 'value'>): Decoded | undefined {
  if (isPlaceholder(value)) return undefined;
  const text = Buffer.from(value.slice('ABSK'.length), 'base64').toString('latin1');
  const [, user, account] = /^(BedrockAPIKey-[\w+=,.@-]{1,64}?)(?:-at-(\d{12}))?:/.exec(text) ?? [];
  return {
    facts: { ...(user === undefined ? {} : { user }), ...(account === undefined ? {} : { account_id: account }) },
  };
}

/** A token of an organisation at Sentry: JSON in base64, a mark, and the key. */
export function decodeSentryOrgToken({ value }: Pick<DecodeInput, 'value'>): Decoded | undefined {
  if (isPlaceholder(value)) return undefined;
  const { url, org, region_url: region } = encodedMembers(value.split('_')[1] ?? '');
  if (typeof url !== 'string' || typeof org !== 'string') return {};
  return {
    facts: {
      url: url.slice(0, 200),
      organization: org.slice(0, 200),
      ...(typeof region !== 'string' ? {} : { region_url: region.slice(0, 200) }),
    },
  };
}
