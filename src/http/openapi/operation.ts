import type { z } from 'zod';

/** How a caller proves who it is; each is a security scheme of the document. */
export type Proof =
  | 'session'
  | 'subjectToken'
  | 'dpop'
  | 'clientCertificate'
  | 'inBody'
  | 'metricsToken'
  | 'receiverToken'
  | 'none';

/** An answer that is no error. */
export interface Answer {
  readonly description: string;
  /** Of the body; none when absent. */
  readonly schema?: z.ZodType;
  /** `application/json` when absent. */
  readonly type?: string;
}

/** What `/openapi.json` says of one method of one path. */
export interface Operation {
  /** Unique in the document; schemas of this operation are named by it. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** Any one of them is enough. */
  readonly proofs: readonly Proof[];
  /** An object: each of its members is a parameter of the query. */
  readonly query?: z.ZodObject;
  /** Likewise of the path. */
  readonly params?: z.ZodObject;
  readonly json?: z.ZodType;
  readonly form?: z.ZodType;
  /** By status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Statuses of errors beside those that follow from the rest: 400, 401, 404, 429 and 500. */
  readonly errors?: readonly number[];
  /** Errors in the form of RFC 6749 §5.2 in place of RFC 9457. */
  readonly oauth?: true;
}

/** By path, in the form of the web framework (`/api/leases/:id`), and by method in lower case. */
export type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** Routes that belong together: a tag of the document. */
export interface Area {
  readonly tag: string;
  readonly description: string;
  /** Paths below the origin instead of the issuer's URL. */
  readonly atOrigin?: true;
  /** @param url - of the issuer. */
  paths(url: string): Paths;
}
