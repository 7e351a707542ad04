/**
 * The part of JavaScript's regular expressions that rules may use: what has a greatest length. Unbounded quantifiers,
 * back references, look-behind and anchors are refused, so that a match can be confirmed in a window of known size.
 * Text is bytes seen as Latin-1, so a set of characters is 256 flags.
 */
export type PatternNode =
  | { readonly type: 'chars'; readonly set: Uint8Array }
  | { readonly type: 'sequence'; readonly items: readonly PatternNode[] }
  | { readonly type: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly type: 'repeat'; readonly node: PatternNode; readonly min: number; readonly max: number }
  | { readonly type: 'ahead'; readonly node: PatternNode; readonly negative: boolean };

/** Says what is wrong with a pattern, and at which character of it (from 0). */
export class PatternError extends Error {
  readonly index: number;

  constructor(message: string, index: number) {
    super(message);
    this.index = index;
  }
}

/**
 * Parses a pattern.
 *
 * @throws PatternError on what is no regular expression or is not allowed in rules.
 */
export function parsePattern(source: string, ignoreCase = false): PatternNode {
  const parser = new Parser(source, ignoreCase);
  const node = parser.choice();
  parser.expectEnd();
  return node;
}

/**
 * Parses a pattern and gives the part of it that is the secret: the group `secret`, or all of it without one.
 *
 * @throws PatternError as `parsePattern` does.
 */
export function parseSecretPart(source: string, ignoreCase = false): PatternNode {
  const parser = new Parser(source, ignoreCase);
  const node = parser.choice();
  return parser.groups.get('secret') ?? node;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

class Parser {
  readonly groups = new Map<string, PatternNode>();
  readonly #source: string;
  readonly #ignoreCase: boolean;
  #index = 0;

  constructor(source: string, ignoreCase: boolean) {
    this.#source = source;
    this.#ignoreCase = ignoreCase;
  }

  expectEnd(): void {
    if (this.#index < this.#source.length) throw this.#error('unexpected )');
  }

  choice(): PatternNode {
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    return options.length === 1 ? (options[0] as PatternNode) : { type: 'choice', options };
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = [];
    while (this.#index < this.#source.length && !'|)'.includes(this.#peek())) items.push(this.#quantified());
    return items.length === 1 ? (items[0] as PatternNode) : { type: 'sequence', items };
  }

  #quantified(): PatternNode {
    const node = this.#atom();
    const bounds = this.#bounds();
    if (bounds === undefined) return node;
    this.#take('?');
    if ('*+?{'.includes(this.#peek()) && this.#peek() !== '') throw this.#error('a quantifier on a quantifier');
    return { type: 'repeat', node, ...bounds };
  }

  #bounds(): { min: number; max: number } | undefined {
    if (this.#take('?')) return { min: 0, max: 1 };
    const next = this.#peek();
    if (next === '*' || next === '+') throw this.#error(`${next} has no upper bound: write {min,max}`);
    if (next !== '{') return undefined;
    const text = /^\{(\d+)(?:,(\d*))?\}/.exec(this.#source.slice(this.#index));
    if (text === null) throw this.#error('{ is neither escaped nor a quantifier');
    const [all, low = '', high] = text;
    if (high === '') throw this.#error('{min,} has no upper bound: write {min,max}');
    const min = Number(low);
    const max = high === undefined ? min : Number(high);
    if (max < min) throw this.#error('the upper bound is below the lower one');
    this.#index += all.length;
    return { min, max };
  }

  #atom(): PatternNode {
    const at = this.#index;
    const character = this.#next();
    if (character === '(') return this.#group();
    if (character === '[') return this.#chars(this.#class());
    if (character === '.') return this.#chars(invert(setOf('\n\r')));
    if (character === '\\') return this.#chars(this.#escape());
    if ('*+?{'.includes(character)) throw new PatternError(`${character} repeats nothing`, at);
    if ('^$'.includes(character)) throw new PatternError(`${character} is an anchor: the engine checks the edges`, at);
    return this.#chars(setOf(character));
  }

  #group(): PatternNode {
    if (!this.#take('?')) throw this.#error('a group without a name: write (?:…) or (?<secret>…)');
    const negative = this.#source.startsWith('!', this.#index);
    if (this.#take('=') || this.#take('!')) return { type: 'ahead', node: this.#closed(), negative };
    if (this.#take(':')) return this.#closed();
    const name = /^<(\w+)>/.exec(this.#source.slice(this.#index));
    if (name === null) throw this.#error('this kind of group is not allowed');
    this.#index += name[0].length;
    const node = this.#closed();
    this.groups.set(name[1] ?? '', node);
    return node;
  }

  #closed(): PatternNode {
    const node = this.choice();
    if (!this.#take(')')) throw this.#error('a group is not closed');
    return node;
  }

  #class(): Uint8Array {
    const negated = this.#take('^');
    const set = new Uint8Array(256);
    while (!this.#take(']')) {
      const low = this.#classMember();
      const next = this.#source.charAt(this.#index + 1);
      if (low.single !== undefined && this.#peek() === '-' && next !== ']') {
        this.#index++;
        const high = this.#classMember();
        if (high.single === undefined || high.single < low.single) throw this.#error('a range runs backwards');
        for (let code = low.single; code <= high.single; code++) set[code] = 1;
      } else for (let code = 0; code < 256; code++) if (low.set[code] === 1) set[code] = 1;
    }
    return negated ? invert(set) : set;
  }

  #classMember(): { set: Uint8Array; single?: number } {
    const character = this.#next();
    const set = character === '\\' ? this.#escape() : setOf(character);
    const single = set.indexOf(1);
    return set.lastIndexOf(1) === single ? { set, single } : { set };
  }

  #escape(): Uint8Array {
    const character = this.#next();
    if (character === 'd') return range('09');
    if (character === 'w') return range('09', 'AZ', 'az', '__');
    if (character === 's') return setOf(' \t\n\r\v\f\u00a0');
    if (character === 'S') return invert(setOf(' \t\n\r\v\f\u00a0'));
    if (character === 'x') {
      const digits = /^[0-9A-Fa-f]{2}/.exec(this.#source.slice(this.#index));
      if (digits === null) throw this.#error('\\x wants two hex digits');
      this.#index += 2;
      return setOf(String.fromCharCode(Number.parseInt(digits[0], 16)));
    }
    const named = ESCAPES[character];
    if (named !== undefined) return setOf(named);
    if (/[A-Za-z0-9]/.test(character)) throw this.#error(`\\${character} is not allowed`);
    return setOf(character);
  }

  #chars(set: Uint8Array): PatternNode {
    if (!this.#ignoreCase) return { type: 'chars', set };
    const wide = Uint8Array.from(set);
    for (let code = 65; code <= 90; code++) {
      if (set[code] || set[code + 32]) wide.fill(1, code, code + 1).fill(1, code + 32, code + 33);
    }
    return { type: 'chars', set: wide };
  }

  #peek(): string {
    return this.#source.charAt(this.#index);
  }

  #next(): string {
    if (this.#index >= this.#source.length) throw this.#error('the pattern ends too early');
    return this.#source.charAt(this.#index++);
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#index++;
    return true;
  }

  #error(message: string): PatternError {
    return new PatternError(message, this.#index);
  }
}

function setOf(characters: string): Uint8Array {
  const set = new Uint8Array(256);
  for (const character of characters) {
    const code = character.charCodeAt(0);
    if (code > 255) throw new PatternError(`${JSON.stringify(character)} is outside of Latin-1`, 0);
    set[code] = 1;
  }
  return set;
}

function range(...ends: readonly string[]): Uint8Array {
  const set = new Uint8Array(256);
  for (const pair of ends) set.fill(1, pair.charCodeAt(0), pair.charCodeAt(1) + 1);
  return set;
}

function invert(set: Uint8Array): Uint8Array {
  return set.map((flag) => 1 - flag);
}
