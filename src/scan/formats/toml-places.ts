import type { Place } from './node.ts';

type Steps = readonly (string | number)[];

/** Where a key and its value begin. */
export interface TomlPlace {
  readonly key: Place;
  readonly value: Place;
}

/**
 * Where the keys and values of a document stand, by the JSON of their path. It reads what a parser of TOML has taken: of anything else
 * it gives fewer places, and no wrong end.
 */
export function tomlPlaces(text: string): ReadonlyMap<string, TomlPlace> {
  const scan = new PlaceScan(text);
  scan.document();
  return scan.places;
}

/** Values inside of each other; more than any parser takes. */
const MAX_DEPTH = 200;
const BARE = /[A-Za-z0-9_-]/;

class PlaceScan {
  readonly places = new Map<string, TomlPlace>();
  readonly #text: string;
  /** How many tables an array of tables has so far. */
  readonly #counts = new Map<string, number>();
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    let table: Steps = [];
    while (this.#skip(true)) {
      const before = this.#at;
      if (this.#text[this.#at] === '[') table = this.#header();
      else this.#pair(table, 0);
      if (this.#at === before) this.#at++;
    }
  }

  #header(): Steps {
    const place = this.#place();
    const isArray = this.#text[this.#at + 1] === '[';
    this.#at += isArray ? 2 : 1;
    const keys = this.#keys();
    while (this.#text[this.#at] === ']') this.#at++;
    const steps: (string | number)[] = [];
    for (const [index, key] of keys.entries()) {
      steps.push(key);
      const count = this.#counts.get(JSON.stringify(steps));
      if (isArray && index === keys.length - 1) {
        this.#counts.set(JSON.stringify(steps), (count ?? 0) + 1);
        if (count === undefined) this.#note(steps, place, place);
        steps.push(count ?? 0);
      } else if (count !== undefined) steps.push(count - 1);
    }
    this.#note(steps, place, place);
    return steps;
  }

  #pair(table: Steps, depth: number): void {
    const place = this.#place();
    const steps = [...table, ...this.#keys()];
    if (this.#text[this.#at] !== '=') return;
    this.#at++;
    this.#skip(false);
    this.#note(steps, place, this.#place());
    this.#value(steps, depth);
  }

  #keys(): string[] {
    const keys: string[] = [];
    for (;;) {
      this.#skip(false);
      const sign = this.#text[this.#at];
      const from = this.#at;
      if (sign === '"' || sign === "'") {
        this.#string();
        keys.push(unquoted(this.#text.slice(from, this.#at)));
      } else {
        while (BARE.test(this.#text[this.#at] ?? '')) this.#at++;
        if (this.#at === from) return keys;
        keys.push(this.#text.slice(from, this.#at));
      }
      this.#skip(false);
      if (this.#text[this.#at] !== '.') return keys;
      this.#at++;
    }
  }

  #value(steps: Steps, depth: number): void {
    const sign = this.#text[this.#at];
    if (sign === '"' || sign === "'") this.#string();
    else if ((sign === '[' || sign === '{') && depth < MAX_DEPTH) this.#inside(steps, sign === '[', depth + 1);
    else while (this.#at < this.#text.length && !/[\s,\]}#]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #inside(steps: Steps, isList: boolean, depth: number): void {
    this.#at++;
    for (let index = 0; this.#skip(true); index++) {
      const sign = this.#text[this.#at];
      if (sign === ']' || sign === '}') {
        this.#at++;
        return;
      }
      const before = this.#at;
      if (sign === ',') {
        this.#at++;
        index--;
      } else if (isList) {
        this.#note([...steps, index], this.#place(), this.#place());
        this.#value([...steps, index], depth);
      } else this.#pair(steps, depth);
      if (this.#at === before) this.#at++;
    }
  }

  #string(): void {
    const sign = this.#text[this.#at] ?? '';
    const isLong = this.#text.startsWith(sign.repeat(3), this.#at);
    const end = isLong ? sign.repeat(3) : sign;
    this.#at += end.length;
    while (this.#at < this.#text.length) {
      if (sign === '"' && this.#text[this.#at] === '\\') this.#step();
      else if (this.#text.startsWith(end, this.#at)) {
        this.#at += end.length;
        // A text may end in signs of its own.
        while (isLong && this.#text[this.#at] === sign) this.#at++;
        return;
      } else if (!isLong && this.#text[this.#at] === '\n') return;
      this.#step();
    }
  }

  /** Over blanks and comments; false at the end. */
  #skip(lines: boolean): boolean {
    for (; this.#at < this.#text.length; this.#step()) {
      const sign = this.#text[this.#at];
      if (sign === '#' && lines) {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.#text.length : end;
        if (end < 0) return false;
      } else if (sign !== ' ' && sign !== '\t' && !(lines && (sign === '\n' || sign === '\r'))) return true;
    }
    return false;
  }

  #step(): void {
    if (this.#text[this.#at] === '\n') {
      this.#line++;
      this.#lineStart = this.#at + 1;
    }
    this.#at++;
  }

  #place(): Place {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }

  #note(steps: Steps, key: Place, value: Place): void {
    this.places.set(JSON.stringify(steps), { key, value });
  }
}

function unquoted(text: string): string {
  if (text.startsWith("'")) return text.slice(1, -1);
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}
