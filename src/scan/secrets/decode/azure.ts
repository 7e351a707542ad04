import type { Decoded, DecodeInput } from '../decoder.ts';
import { entropy } from '../entropy.ts';
import { isPlaceholder } from '../placeholder.ts';
import { nearMembers } from './near-members.ts';

const UUID = '[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}';
const APPLICATION = {
  client_id: '(?:\\w{0,20}_)?(?:client_?id|app_?id|application_?id|service_?principal_?id)',
  tenant_id: '(?:\\w{0,20}_)?tenant(?:_?id)?',
  subscription_id: '(?:\\w{0,20}_)?subscription_?id',
};
const LEAST_ENTROPY = 3.5;

/**
 * The secret of an application: whose it is stands beside it, as in what `az ad sp create-for-rbac` prints.
 *
 * https://learn.microsoft.com/en-us/cli/azure/azure-cli-sp-tutorial-1
 */
export function decodeAzureClientSecret(input: DecodeInput): Decoded | undefined {
  if (entropy(input.value) < LEAST_ENTROPY || isPlaceholder(input.value)) return undefined;
  // Entra shows the first three characters of every secret: they tell which of an application's this is.
  return { facts: { ...nearMembers(input, APPLICATION, UUID), hint: input.value.slice(0, 3) } };
}

/** The secret of an application in a form of its own only by what stands beside it: the application and its tenant. */
export function decodeAzureServicePrincipal(input: DecodeInput): Decoded | undefined {
  if (isPlaceholder(input.value)) return undefined;
  const facts = nearMembers(input, APPLICATION, UUID);
  return facts.client_id === undefined || facts.tenant_id === undefined ? undefined : { facts };
}

const SETTINGS = {
  storage_account: 'AccountName',
  host: 'Endpoint|HostName',
  key_name: 'SharedAccessKeyName',
  entity_path: 'EntityPath',
};

/** A key in a connection string: the other settings in the string say what it opens. */
export function decodeAzureConnectionString(input: DecodeInput): Decoded | undefined {
  if (isPlaceholder(input.value)) return undefined;
  const { host, ...facts } = nearMembers(input, SETTINGS, '[A-Za-z0-9.:/_-]{1,200}', 300);
  // The emulator's account and its key are the same for everybody.
  if (facts.storage_account === 'devstoreaccount1') return undefined;
  return {
    facts: host === undefined ? facts : { ...facts, host: host.replace(/^[a-z]+:\/\//, '').replace(/\/.*$/, '') },
  };
}

const QUERY_REACH = 800;

/**
 * A shared access signature: the query that it signs says what it allows, where and until when.
 *
 * https://learn.microsoft.com/en-us/rest/api/storageservices/create-service-sas
 */
export function decodeAzureSas({ value, text, start, end, now }: DecodeInput): Decoded | undefined {
  if (entropy(value) < LEAST_ENTROPY || isPlaceholder(value)) return undefined;
  const before = /[^\s"'`<>]*$/.exec(text.slice(Math.max(0, start - QUERY_REACH), start))?.[0] ?? '';
  const behind = /^[^\s"'`<>]*/.exec(text.slice(end, end + QUERY_REACH))?.[0] ?? '';
  const query = `${before}&${behind}`.replaceAll('&amp;', '&').replaceAll('\\u0026', '&').replaceAll(/%3a/gi, ':');
  const parameter = (name: string) => new RegExp(`[?&;]${name}=([^&\\s\\\\]{1,100})`).exec(query)?.[1];
  const host = /\/\/([a-z0-9.-]{3,200})[/:?]/i.exec(before)?.[1]?.toLowerCase();
  const expires = timeOf(parameter('se'));
  const told = {
    storage_account: host === undefined ? undefined : /^([a-z0-9]{3,24})\.[a-z]+\.(?:core|storage)\./.exec(host)?.[1],
    host,
    permissions: parameter('sp'),
    services: parameter('ss'),
    resource: parameter('sr'),
    policy: parameter('si') ?? parameter('skn'),
    expires,
    ...(expires === undefined ? {} : { expired: Date.parse(expires) < now.getTime() }),
  };
  return {
    facts: Object.fromEntries(Object.entries(told).filter(([, fact]) => fact !== undefined)) as NonNullable<
      Decoded['facts']
    >,
  };
}

/** A time as storage writes it, or seconds since 1970 as Service Bus does. */
function timeOf(written: string | undefined): string | undefined {
  if (written === undefined) return undefined;
  const time = /^\d{9,11}$/.test(written) ? Number(written) * 1_000 : Date.parse(written);
  return Number.isFinite(time) ? new Date(time).toISOString().replace('.000Z', 'Z') : undefined;
}
