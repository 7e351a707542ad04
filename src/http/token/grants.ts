import { cibaGrant } from './ciba.ts';
import { clientCredentials } from './client-credentials.ts';
import { deviceCodeGrant } from './device-code.ts';
import type { Grant } from './grant.ts';
import { tokenExchange } from './token-exchange.ts';

/** Every grant of the token endpoint, as advertised in the metadata. `clients`: some client can authenticate at all. */
export function grants({ clients }: { readonly clients: boolean }): ReadonlyMap<string, Grant> {
  const all = [tokenExchange, ...(clients ? [clientCredentials] : []), cibaGrant(), deviceCodeGrant()];
  return new Map(all.map((grant) => [grant.type, grant]));
}
