import type { DocumentPlace } from '../documents.ts';
import type { TokenAlgorithm } from '../introspection-answer.ts';

/** A client with a key of its own, and who it is for policy. */
export interface ClientRule {
  /** `client_id`. */
  readonly id: string;
  readonly method: ClientMethod;
  readonly owners: readonly string[];
  readonly principal?: string;
  /** Of signed introspection answers (RFC 9701 §6). */
  readonly introspectionAlg: TokenAlgorithm;
}

export type ClientMethod =
  | { readonly kind: 'private_key_jwt'; readonly jwks: DocumentPlace; readonly algs: readonly string[] }
  /** RFC 8705 §2.1.2: the one name that its certificate must have, from one of our authorities for clients. */
  | {
      readonly kind: 'tls_client_auth';
      readonly name: { readonly kind: 'uri' | 'dns' | 'email' | 'ip'; readonly value: string };
    }
  | { readonly kind: 'self_signed_tls_client_auth'; readonly thumbprints: readonly string[] };
