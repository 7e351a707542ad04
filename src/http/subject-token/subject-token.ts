import type { CallContext } from '../../issuer/issuer.ts';
import type { Requester } from '../../model/access-request.ts';
import type { Confirmation } from '../../model/confirmation.ts';
import type { JsonObject } from '../../model/json.ts';

/** Where and for what a subject token is presented. */
export interface Presentation {
  readonly call: CallContext;
  /** Id of the target that is asked for; empty when there is no such target. */
  readonly target: string;
  /** The connection cannot be listened to: TLS, or loopback. */
  readonly confidential: boolean;
  /** The client that authenticated with the same call. */
  readonly client?: string;
}

export interface VerifiedSubject {
  readonly requester: Requester;
  /** The trust rule that accepted it. */
  readonly trustRule?: string;
  /** What the holder of such a token must be told with the answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** The key that the token itself is bound to: only its holder may present it. */
  readonly cnf?: Confirmation;
  /** Who acted for the subject before (`act`), and who may (`may_act`), as the token says (RFC 8693 §4). */
  readonly act?: JsonObject;
  readonly mayAct?: JsonObject;
  /**
   * Uses up a token that is good for one use. Called when all else about a request is in order, so that a typing error does not
   * cost a token.
   *
   * @param cnf - the key that the caller proved to hold.
   * @throws {AppError} ERR_SUBJECT_TOKEN_REFUSED when it was used before.
   */
  consume(cnf: Confirmation | undefined): Promise<void>;
}

/** One kind of subject token: one file here, one line in `kinds.ts`. */
export interface SubjectTokenKind {
  /** Values of `subject_token_type` (RFC 8693 §3). */
  readonly types: readonly string[];
  /** @throws {AppError} ERR_SUBJECT_TOKEN_REFUSED, without telling what would have been right. */
  verify(token: string, presentation: Presentation): Promise<VerifiedSubject>;
}
