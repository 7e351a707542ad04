import type { JsonObject } from '../../src/model/json.ts';
import type { StaticSecret } from '../../src/model/static-secret.ts';
import type { ScalarNode } from '../../src/scan/formats/node.ts';
import type { FactSet } from './fact-set.ts';

type Said = Parameters<FactSet['secret']>[1];

const PEM = /-----BEGIN (ENCRYPTED )?[A-Z0-9 ]*PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/;
const BASE64 = /^[A-Za-z0-9+/\s]+=*$/;

/** Where secret material stands, and what is known of it besides. */
export interface Material {
  /** What the secret engine calls such a value in such a file, where nothing more is known of it. */
  readonly rule: Pick<StaticSecret, 'rule' | 'vendor' | 'title'>;
  readonly facts: JsonObject;
  readonly platform?: string;
  /** The provider's id of the credential. */
  readonly credentialNativeId?: string;
  /** Where that id stands. */
  readonly idLine?: number | undefined;
}

/**
 * Tells secret material as the secret engine tells it, in the same form and at the same place: it reads these files too, and one
 * value is one secret. A private key is known by the base64 that PEM has of it, also where it stands in a key file.
 */
export function tellMaterial(node: ScalarNode, material: Material, facts: FactSet): void {
  const value = String(node.value);
  const { rule, platform, credentialNativeId } = material;
  const keyFile = readKeyFile(value);
  const pem = PEM.exec(keyFile?.private_key ?? value);
  const id = keyFile?.private_key_id ?? credentialNativeId;
  const said: Said = {
    ...(keyFile !== undefined && pem !== null ? KEY_FILE : pem === null ? ruled(rule, platform, id) : PRIVATE_KEY),
    ...(platform === undefined ? {} : { platform }),
    ...(id === undefined ? {} : { credentialNativeId: id }),
    facts: { ...material.facts, ...withoutKey(keyFile) },
  };
  const place = { line: node.place.line, column: node.place.column + 1 };
  facts.secret(pem === null ? value : (pem[2] ?? '').replaceAll(/\s/g, ''), said, place, {
    // The engine marks a private key to where it ends.
    written: writtenLength(pem === null || keyFile !== undefined ? value : value.slice(0, value.indexOf('-----END'))),
    ...(pem === null && said.rule === ACCESS_KEY.rule ? { idLine: material.idLine } : {}),
  });
}

function ruled(rule: Material['rule'], platform: string | undefined, id: string | undefined): typeof PRIVATE_KEY {
  return platform === 'aws' && id !== undefined && /^A(?:KIA|SIA)/.test(id)
    ? ACCESS_KEY
    : { ...rule, confidence: 'contextual' };
}

const PRIVATE_KEY: Pick<StaticSecret, 'rule' | 'vendor' | 'title' | 'confidence'> = {
  rule: 'generic/private-key',
  vendor: 'generic',
  title: 'Private key',
  confidence: 'structured',
};
const KEY_FILE = {
  rule: 'gcp/service-account-key',
  vendor: 'gcp',
  title: 'Google Cloud service account key',
  confidence: 'structured',
} as const;
const ACCESS_KEY = {
  rule: 'aws/access-key',
  vendor: 'aws',
  title: 'AWS access key',
  confidence: 'structured',
} as const;

type KeyFile = Readonly<Partial<Record<(typeof KEY_FILE_MEMBERS)[number], string>>>;
const KEY_FILE_MEMBERS = ['client_email', 'private_key_id', 'project_id', 'private_key'] as const;

/** A key file of Google, which the provider keeps in base64. */
function readKeyFile(value: string): KeyFile | undefined {
  const text = value.startsWith('{') ? value : BASE64.test(value) ? Buffer.from(value, 'base64').toString() : '';
  if (!text.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || !('private_key' in parsed)) return undefined;
    const members = new Map(Object.entries(parsed));
    return Object.fromEntries(
      KEY_FILE_MEMBERS.flatMap((name) => (typeof members.get(name) === 'string' ? [[name, members.get(name)]] : [])),
    );
  } catch {
    return undefined;
  }
}

function withoutKey(file: KeyFile | undefined): JsonObject {
  if (file === undefined) return {};
  const { private_key: _, ...rest } = file;
  return rest;
}

/** Of a text in JSON without its quotes, as Go writes it. */
function writtenLength(value: string): number {
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, '\\u0000').length - 2;
}
