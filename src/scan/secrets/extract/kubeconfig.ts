import { certificateFacts, readCertificate } from '../decode/certificate.ts';
import { decodePrivateKey } from '../decode/private-key.ts';
import type { Decoded } from '../decoder.ts';
import type { ExtractContext, Extracted } from '../extractors.ts';
import { isPlaceholder } from '../placeholder.ts';

const BEHIND = 8_000;
const AHEAD = 16_000;
const FIELD =
  /^[ \t]*(?:-[ \t]+)?["']?(name|cluster|user|server|client-key-data|client-certificate-data|token|password)["']?:[ \t]*(["']?)([^\s"'#,]+)\2[ \t,]*\r?$/gm;

/** A field of one item of the lists in a kubeconfig, and where its value stands. */
interface Field {
  readonly value: string;
  readonly start: number;
}

/**
 * Keys, tokens and passwords of users in a kubeconfig, with the user, and the cluster that a context uses it for.
 *
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
export function extractKubeconfig(
  text: string,
  keywordStart: number,
  { now, effort }: ExtractContext,
): readonly Extracted[] {
  const from = Math.max(0, keywordStart - BEHIND);
  const around = text.slice(from, keywordStart + AHEAD);
  effort.spend(around.length);
  if (!/\busers["']?:/.test(around)) return [];
  effort.spend(4 * around.length);
  const items = itemsOf(around, from);
  const servers = new Map<string, string>();
  const clusters = new Map<string, string>();
  for (const { name, cluster, user, server } of items) {
    if (name !== undefined && server !== undefined) servers.set(name.value, server.value);
    if (cluster !== undefined && user !== undefined && !clusters.has(user.value))
      clusters.set(user.value, cluster.value);
  }
  return items.flatMap((item) => {
    const user = item.name?.value;
    const cluster = user === undefined ? undefined : clusters.get(user);
    const server = cluster === undefined ? undefined : servers.get(cluster);
    const facts = Object.fromEntries(
      Object.entries({ user, cluster, server }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    return secretsOf(item, now).map(({ start, value, decoded }) => ({
      start,
      end: start + value.length,
      decoded: { ...decoded, facts: { ...decoded.facts, ...facts } },
    }));
  });
}

type Item = Readonly<Partial<Record<string, Field>>>;

/** The items of all lists, by the marks in front of them; what they hold is told apart by their fields. */
function itemsOf(around: string, offset: number): readonly Item[] {
  const items: Item[] = [];
  let at = 0;
  for (const piece of around.split(/^(?=[ \t]*-[ \t])/m)) {
    const item: Record<string, Field> = {};
    for (const match of piece.matchAll(FIELD)) {
      const [all, name = '', quote = '', value = ''] = match;
      const end = all.trimEnd().replace(/,$/, '').length - quote.length;
      item[name] ??= { value, start: offset + at + match.index + end - value.length };
    }
    items.push(item);
    at += piece.length;
  }
  return items;
}

function secretsOf(item: Item, now: Date): readonly (Field & { readonly decoded: Decoded })[] {
  const key = item['client-key-data'];
  const secrets: (Field & { decoded: Decoded })[] = [];
  const decoded = key === undefined ? undefined : clientKey(key.value, item['client-certificate-data']?.value, now);
  if (key !== undefined && decoded !== undefined) secrets.push({ ...key, decoded });
  for (const name of ['token', 'password']) {
    const field = item[name];
    if (field !== undefined && field.value.length >= 4 && !isPlaceholder(field.value))
      secrets.push({ ...field, decoded: {} });
  }
  return secrets;
}

/** The certificate has the name and the groups that the cluster sees. Once it has ended, the key opens nothing. */
function clientKey(encoded: string, certificate: string | undefined, now: Date): Decoded | undefined {
  const pem = Buffer.from(encoded, 'base64').toString('latin1');
  const begin = pem.indexOf('-----BEGIN');
  const decoded = begin < 0 ? undefined : decodePrivateKey({ value: pem.slice(begin).split('-----END')[0] ?? '' });
  if (decoded === undefined) return undefined;
  const own = certificate === undefined ? undefined : readCertificate(Buffer.from(certificate, 'base64'));
  const told = own === undefined ? {} : certificateFacts(own, now);
  const expired = 'certificate_expired' in told && told.certificate_expired ? { expired: true } : {};
  return {
    ...decoded,
    confidence: decoded.confidence ?? 'structured',
    facts: { ...decoded.facts, ...told, ...expired },
  };
}
