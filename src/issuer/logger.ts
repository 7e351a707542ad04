/** The part of a pino logger that the issuer uses: facts first, with a dotted `event`, then a sentence. */
export interface Logger {
  info(facts: object, message?: string): void;
  warn(facts: object, message?: string): void;
  error(facts: object, message?: string): void;
}
