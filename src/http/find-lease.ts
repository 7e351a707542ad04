import type { Lease } from '../model/lease.ts';
import type { HttpContext } from './options.ts';

export interface FoundLease {
  readonly lease: Lease | undefined;
  /** The token is what only the holder of the credential was given, not just a name of the lease. */
  readonly possession: boolean;
}

/** The lease behind a `token` parameter: the handle or signed token that was handed out, or a lease id. */
export async function findLease(token: string, context: Pick<HttpContext, 'issuer' | 'handles'>): Promise<FoundLease> {
  const handle = context.handles.open(token);
  if (handle !== undefined) return { lease: await context.issuer.lease(handle), possession: true };
  if (token.split('.').length === 3) return { lease: await context.issuer.leaseOfToken(token), possession: true };
  return { lease: token.startsWith('lse_') ? await context.issuer.lease(token) : undefined, possession: false };
}
