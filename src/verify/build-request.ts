import aws4 from 'aws4';
import { AppError } from '../errors.ts';
import type { StaticSecret } from '../model/static-secret.ts';
import type { VerifySpec } from '../scan/secrets/verify-spec.ts';

/** A request as it goes out. It holds the secret: it is never logged and lives for one call. */
export interface VerifyRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What placeholders may stand for. */
export interface VerifyValues {
  readonly value: string;
  readonly secret: Pick<StaticSecret, 'rule' | 'credentialNativeId' | 'facts'>;
  readonly now: Date;
}

/**
 * Makes the request that a rule declares for one secret.
 *
 * @throws AppError ERR_VERIFY_REFUSED when a placeholder has no value, when the address is not one of the rule's hosts, or when
 * a value would break out of its header.
 */
export function buildRequest(spec: VerifySpec, values: VerifyValues): VerifyRequest {
  const url = requestUrl(spec, values);
  const headers: Record<string, string> = { accept: '*/*', 'user-agent': 'lapse' };
  for (const [name, text] of Object.entries(spec.headers ?? {})) headers[name.toLowerCase()] = header(text, values);
  const body = bodyOf(spec, values);
  if (body !== undefined) {
    headers['content-type'] = body.type;
    headers['content-length'] = String(Buffer.byteLength(body.text));
  }
  const authorization = authorizationOf(spec, values);
  if (authorization !== undefined) headers.authorization = authorization;
  const request = { method: spec.method, url, headers, ...(body === undefined ? {} : { body: body.text }) };
  return spec.auth !== undefined && 'aws_sigv4' in spec.auth ? signed(request, spec.auth.aws_sigv4, values) : request;
}

/**
 * Where the request of a rule goes to for one secret.
 *
 * @throws AppError ERR_VERIFY_REFUSED as `buildRequest`.
 */
export function requestUrl(spec: VerifySpec, values: Omit<VerifyValues, 'now'>): URL {
  const url = new URL(fill(spec.url, values, encodeURIComponent));
  if (!isAllowed(url, spec.hosts)) {
    throw refused(values, `its request would go to ${url.host}, which is not in the rule's list of hosts`);
  }
  return url;
}

/** Only https, only the hosts of the rule, and no user in the address. */
function isAllowed(url: URL, hosts: VerifySpec['hosts']): boolean {
  return (
    url.protocol === 'https:' &&
    url.username === '' &&
    hosts.some((host) => (host.startsWith('*.') ? url.host.endsWith(host.slice(1)) : url.host === host))
  );
}

const PLACEHOLDER = /\{(secret|id|facts\.[a-z0-9_]+)\}/g;

function fill(template: string, values: Omit<VerifyValues, 'now'>, encode: (text: string) => string): string {
  return template.replaceAll(PLACEHOLDER, (_, name: string) => encode(textOf(name, values)));
}

function textOf(name: string, values: Omit<VerifyValues, 'now'>): string {
  const { value, secret } = values;
  if (name === 'secret') return value;
  const fact = name === 'id' ? secret.credentialNativeId : secret.facts?.[name.slice('facts.'.length)];
  if (typeof fact === 'string' || typeof fact === 'number') return String(fact);
  throw refused(values, `its request needs ${name}, which was not found beside it`);
}

function header(template: string, values: VerifyValues): string {
  const text = fill(template, values, (part) => part);
  if (/[^\x20-\x7e]/.test(text)) throw refused(values, 'it has characters that no header can carry');
  return text;
}

function authorizationOf({ auth }: VerifySpec, values: VerifyValues): string | undefined {
  if (auth === undefined || 'aws_sigv4' in auth) return undefined;
  if ('bearer' in auth) return `Bearer ${header(auth.bearer, values)}`;
  const pair = [auth.basic.user, auth.basic.password].map((part) => fill(part, values, (text) => text));
  return `Basic ${Buffer.from(pair.join(':')).toString('base64')}`;
}

function bodyOf({ form, json }: VerifySpec, values: VerifyValues): { type: string; text: string } | undefined {
  const filled = (fields: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, fill(text, values, (part) => part)]));
  if (form !== undefined)
    return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(filled(form)).toString() };
  return json === undefined ? undefined : { type: 'application/json', text: JSON.stringify(filled(json)) };
}

/** AWS signs what would be sent with the secret key; the key itself does not travel. */
function signed(
  request: VerifyRequest,
  { service, region }: { readonly service: string; readonly region: string },
  values: VerifyValues,
): VerifyRequest {
  const { url, method, body } = request;
  const token = values.secret.facts?.session_token;
  if (token !== undefined) throw refused(values, 'its session token is not kept');
  const { headers } = aws4.sign(
    {
      method,
      host: url.host,
      path: `${url.pathname}${url.search}`,
      service,
      region,
      headers: { ...request.headers, 'x-amz-date': values.now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '') },
      ...(body === undefined ? {} : { body }),
    },
    { accessKeyId: textOf('id', values), secretAccessKey: values.value },
  );
  return {
    ...request,
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)])),
  };
}

function refused({ secret }: Pick<VerifyValues, 'secret'>, why: string): AppError {
  return new AppError('ERR_VERIFY_REFUSED', `a secret of rule ${secret.rule} is not verified: ${why}`);
}
