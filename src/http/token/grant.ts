import type { CallContext } from '../../issuer/issuer.ts';
import type { AuthenticatedClient } from '../client-auth/client-authenticator.ts';
import type { Form } from '../form.ts';
import type { HttpContext } from '../options.ts';
import type { Sender } from '../sender/sender.ts';

/** A call of the token endpoint, with what the connection says about it. */
export interface TokenCall {
  readonly form: Form;
  readonly call: CallContext;
  readonly confidential: boolean;
  readonly sender: Sender;
  /** Undefined where no client authenticated. */
  readonly client: AuthenticatedClient | undefined;
}

export interface TokenAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One grant type: one file here, one line in `grants.ts`. */
export interface Grant {
  readonly type: string;
  handle(call: TokenCall, context: HttpContext): Promise<TokenAnswer>;
}
