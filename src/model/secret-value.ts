import { inspect } from 'node:util';

const PRINTED = '[secret]';

/**
 * A secret in memory that cannot be printed by accident: string conversion, JSON, template literals and `util.inspect`
 * all give `[secret]`. `reveal()` is the one way to the value, so that every use can be found by searching for it.
 */
export class SecretValue {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return PRINTED;
  }

  toJSON(): string {
    return PRINTED;
  }

  [inspect.custom](): string {
    return PRINTED;
  }
}
