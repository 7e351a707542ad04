import { createHash } from 'node:crypto';
import { BECH32, base62, bech32Checksum, crc32HexOf, crc32Of } from './checksums.ts';

const DIGITS = '0123456789';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = UPPER.toLowerCase();

const ALPHABETS: Readonly<Record<string, string>> = {
  alnum: DIGITS + UPPER + LOWER,
  base32: `${UPPER}234567`,
  'bech32-data': BECH32,
  base64: `${UPPER}${LOWER}${DIGITS}+/`,
  base64url: `${UPPER}${LOWER}${DIGITS}-_`,
  digits: DIGITS,
  hex: `${DIGITS}abcdef`,
  HEX: `${DIGITS}ABCDEF`,
  letters: UPPER + LOWER,
  lower: DIGITS + LOWER,
  upper: DIGITS + UPPER,
};

/**
 * Makes the text of an example out of its template, always the same for the same seed. Rule files hold templates and no
 * secrets, so that no scanner finds anything in them; `scanners/secrets/README.md` lists what a template can say.
 *
 * @throws Error on a template that it does not know.
 */
export function expandExample(template: string, seed: string): string {
  return new Expander(seed).expand(template).text;
}

/** As `expandExample`, and tells which parts of the text are made: from where to where. */
export function expandWithPlaces(template: string, seed: string): Expanded {
  return new Expander(seed).expand(template);
}

interface Expanded {
  readonly text: string;
  readonly made: readonly { readonly start: number; readonly end: number }[];
}

type Generator = (expander: Expander, argument: string) => string;

const GENERATORS: Readonly<Record<string, Generator>> = {
  uuid: (expander) => [8, 4, 4, 4, 12].map((length) => expander.draw('hex', length)).join('-'),
  jwt: (expander, argument) => expander.jwt(argument === 'expired' ? 1_600_000_000 : 4_000_000_000),
  pem: (expander, label) => expander.pem(label, '\n'),
  'gcp-key': (expander) =>
    JSON.stringify({
      type: 'service_account',
      project_id: 'shop-prod',
      private_key_id: expander.draw('hex', 40),
      private_key: expander.pem('PRIVATE KEY', '\n'),
      client_email: 'deploy@shop-prod.iam.gserviceaccount.com',
    }),
  'grafana-api-key': (expander) =>
    Buffer.from(JSON.stringify({ k: expander.draw('alnum', 32), n: 'shop', id: 1 })).toString('base64'),
  'base64-of': (expander, inner) => Buffer.from(expander.expand(inner).text).toString('base64'),
  'crc32-base62': (expander, argument) => {
    const [prefix = '', length = ''] = argument.split(':');
    const body = expander.draw('alnum', Number(length));
    return prefix + body + base62(crc32Of(body), 6);
  },
  'crc32-hex': (expander, argument) => {
    const [prefix = '', length = ''] = argument.split(':');
    const body = prefix + expander.draw('alnum', Number(length));
    return `${body}_${crc32HexOf(body)}`;
  },
  bech32: (expander, argument) => {
    const [humanPart = '', length = ''] = argument.split(':');
    const data = expander.draw('bech32-data', Number(length));
    const values = [...data].map((character) => BECH32.indexOf(character));
    return `${humanPart}1${data}${bech32Checksum(humanPart.toLowerCase(), values)}`.toUpperCase();
  },
};

class Expander {
  readonly #seed: string;
  #drawn = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  expand(template: string): Expanded {
    let text = '';
    const made: { start: number; end: number }[] = [];
    for (let index = 0; index < template.length; ) {
      const end = template.charAt(index) === '{' ? closing(template, index) : undefined;
      const part = end === undefined ? undefined : this.#generate(template.slice(index + 1, end));
      if (end === undefined || part === undefined) text += template.charAt(index++);
      else {
        made.push({ start: text.length, end: text.length + part.length });
        text += part;
        index = end + 1;
      }
    }
    return { text, made };
  }

  /** Undefined for braces that are just text. */
  #generate(inside: string): string | undefined {
    const set = /^\[([^\]]+)\]:(\d+)$/.exec(inside);
    if (set !== null) return this.#from(characters(set[1] ?? ''), Number(set[2]));
    const [, name = '', argument = ''] = /^([A-Za-z0-9-]+)(?::([\s\S]*))?$/.exec(inside) ?? [];
    const generator = GENERATORS[name];
    if (generator !== undefined) return generator(this, argument);
    return ALPHABETS[name] === undefined ? undefined : this.draw(name, Number(argument));
  }

  draw(alphabet: string, length: number): string {
    if (!Number.isInteger(length) || length < 1) throw new Error(`{${alphabet}:…} wants a length`);
    return this.#from(ALPHABETS[alphabet] ?? '', length);
  }

  /** Random as a key is: drawn again while it has no digit or hardly any variety. */
  #from(alphabet: string, length: number): string {
    if (!/[A-Za-z0-9]/.test(alphabet)) return alphabet.charAt(0).repeat(length);
    for (;;) {
      let text = '';
      while (text.length < length) text += alphabet.charAt(this.#next(alphabet.length));
      const wantsDigit = length >= 8 && /[0-9]/.test(alphabet) && /[A-Za-z]/.test(alphabet);
      if (
        (!wantsDigit || (/[0-9]/.test(text) && /[A-Za-z]/.test(text))) &&
        /^[A-Za-z0-9]|^.{0,3}$/.test(text) &&
        /[A-Za-z0-9]$/.test(text)
      )
        return text;
    }
  }

  #next(below: number): number {
    const hash = createHash('sha256')
      .update(`${this.#seed}\0${this.#drawn++}`)
      .digest();
    return hash.readUInt32BE(0) % below;
  }

  jwt(exp: number): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: 'https://id.acme.example', sub: 'ci-deploy', exp };
    return `${part({ alg: 'RS256', kid: 'k1' })}.${part(claims)}.${this.draw('base64url', 120)}`;
  }

  pem(label: string, lineEnd: string): string {
    const lines = Array.from({ length: 12 }, () => this.draw('base64', 64));
    return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join(lineEnd);
  }
}

function closing(template: string, start: number): number | undefined {
  let depth = 0;
  for (let index = start; index < template.length; index++) {
    if (template.charAt(index) === '{') depth++;
    if (template.charAt(index) === '}' && --depth === 0) return index;
  }
  return undefined;
}

/** The members of a class such as `a-z0-9_-`. */
function characters(set: string): string {
  return set.replace(/(.)-(.)/g, (_, low: string, high: string) => {
    let run = '';
    for (let code = low.charCodeAt(0); code <= high.charCodeAt(0); code++) run += String.fromCharCode(code);
    return run;
  });
}
