import { cibaGrant } from './ciba.ts';
import type { Grant } from './grant.ts';
import { tokenExchange } from './token-exchange.ts';

/** Every grant of the token endpoint, as advertised in the metadata. */
export function grants(): ReadonlyMap<string, Grant> {
  return new Map([tokenExchange, cibaGrant()].map((grant) => [grant.type, grant]));
}
