import { isIP } from 'node:net';
import { type DerElement, derElements } from './der.ts';

/** What a certificate says in its extensions (RFC 5280 §4.2), as far as it decides who somebody is. */
export interface CertificateExtensions {
  /** Subject alternative names by kind; whatever is no plain text of its kind is left out. */
  readonly names: {
    readonly uri: readonly string[];
    readonly dns: readonly string[];
    readonly email: readonly string[];
    readonly ip: readonly string[];
  };
  /** Undefined where the extension is absent. */
  readonly keyUsage:
    | { readonly digitalSignature: boolean; readonly certSign: boolean; readonly crlSign: boolean }
    | undefined;
  readonly ca: boolean;
  /** How many further authorities may stand below this one. */
  readonly pathLength: number | undefined;
  /** Critical extensions that this does not understand. */
  readonly unknownCritical: boolean;
}

const SEQUENCE = 0x30;
const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const EXTENSIONS = 0xa3;
/** [1] rfc822Name, [2] dNSName, [6] uniformResourceIdentifier, [7] iPAddress of GeneralName. */
const [EMAIL, DNS, URI, IP] = [0x81, 0x82, 0x86, 0x87];
/** Object identifiers below 2.5.29, by their last octet. */
const [KEY_USAGE, SUBJECT_ALT_NAME, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE] = [15, 17, 19, 37];
const UNDERSTOOD = new Set([KEY_USAGE, SUBJECT_ALT_NAME, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE]);

/** @param der - of a certificate that OpenSSL could read. @returns undefined when this cannot. */
export function certificateExtensions(der: Buffer): CertificateExtensions | undefined {
  const tbs = inside(inside(der, SEQUENCE)?.[0]);
  const extensions = inside(inside(tbs?.find(({ tag }) => tag === EXTENSIONS))?.[0]) ?? [];
  const known = new Map<number, Buffer>();
  let unknownCritical = false;
  for (const extension of extensions) {
    const parts = inside(extension);
    const value = parts?.at(-1);
    const id = parts?.[0]?.content;
    if (id === undefined || value?.tag !== OCTET_STRING) return undefined;
    const critical = parts?.[1]?.tag === BOOLEAN && parts[1].content[0] !== 0;
    const last = id.length === 3 && id[0] === 0x55 && id[1] === 0x1d ? id[2] : undefined;
    if (last !== undefined && UNDERSTOOD.has(last)) {
      // RFC 5280 §4.2: no extension twice.
      if (known.has(last)) return undefined;
      known.set(last, value.content);
    } else if (critical) unknownCritical = true;
  }
  const names = namesOf(known.get(SUBJECT_ALT_NAME));
  const constraints = inside(known.get(BASIC_CONSTRAINTS), SEQUENCE);
  if (names === undefined || (known.has(BASIC_CONSTRAINTS) && constraints === undefined)) return undefined;
  const limit = constraints?.find(({ tag }) => tag === INTEGER)?.content;
  return {
    names,
    keyUsage: keyUsageOf(known.get(KEY_USAGE)),
    ca: constraints?.[0]?.tag === BOOLEAN && constraints[0].content[0] !== 0,
    pathLength: limit === undefined ? undefined : limit.length === 1 ? limit[0] : Number.MAX_SAFE_INTEGER,
    unknownCritical,
  };
}

function namesOf(value: Buffer | undefined): CertificateExtensions['names'] | undefined {
  if (value === undefined) return { uri: [], dns: [], email: [], ip: [] };
  const elements = inside(value, SEQUENCE);
  if (elements === undefined) return undefined;
  const texts = (kind: number) =>
    elements
      .filter(({ tag }) => tag === kind)
      // An unusual character makes a name that equals nothing, and does not make it disappear: how many there are counts too.
      .map(({ content }) => content.toString('latin1'));
  return {
    uri: texts(URI),
    dns: texts(DNS),
    email: texts(EMAIL),
    ip: elements.filter(({ tag }) => tag === IP).map(({ content }) => addressOf(content)),
  };
}

function addressOf(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.subarray(index * 2, index * 2 + 2).toString('hex'));
  const text = groups.join(':');
  return bytes.length === 16 && isIP(text) === 6 ? new URL(`http://[${text}]`).hostname.slice(1, -1) : '';
}

/** Bit 0 digitalSignature, bit 5 keyCertSign, bit 6 cRLSign (RFC 5280 §4.2.1.3). */
function keyUsageOf(value: Buffer | undefined): CertificateExtensions['keyUsage'] {
  if (value === undefined) return undefined;
  const [bits] = derElements(value) ?? [];
  const octet = bits?.tag === BIT_STRING ? (bits.content[1] ?? 0) : 0;
  return {
    digitalSignature: (octet & 0x80) !== 0,
    certSign: (octet & 0x04) !== 0,
    crlSign: (octet & 0x02) !== 0,
  };
}

/** The elements inside of one; with `tag`, of bytes that must be exactly one element of it. */
function inside(whole: DerElement | Buffer | undefined, tag?: number): readonly DerElement[] | undefined {
  if (whole === undefined) return undefined;
  if (tag === undefined) return 'content' in whole ? derElements(whole.content) : derElements(whole);
  const elements = 'content' in whole ? [whole] : derElements(whole);
  const [only, ...others] = elements ?? [];
  return only?.tag === tag && others.length === 0 ? derElements(only.content) : undefined;
}
