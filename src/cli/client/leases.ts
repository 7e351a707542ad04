import { z } from 'zod';
import type { IssuerClient } from './issuer-client.ts';
import { parseAnswer } from './parse-answer.ts';

const leaseSchema = z.looseObject({
  id: z.string(),
  state: z.string(),
  target: z.string(),
  externalId: z.string(),
  expiresAt: z.string(),
  endReason: z.string().optional(),
});
const leasesSchema = z.object({ leases: z.array(leaseSchema) });
const revokedSchema = z.object({ lease: leaseSchema, done: z.boolean() });
const allRevokedSchema = z.object({
  found: z.number(),
  done: z.number(),
  left: z.array(leaseSchema),
  correlation_id: z.string(),
});

export type ListedLease = z.output<typeof leaseSchema>;

export async function listLeases(
  client: IssuerClient,
  query: { readonly state?: string | undefined; readonly target?: string | undefined },
): Promise<readonly ListedLease[]> {
  return parseAnswer(leasesSchema, await client.call({ method: 'GET', path: '/api/leases', query }), client).leases;
}

/** @returns whether the target is verified clean already. */
export async function revokeLease(client: IssuerClient, id: string): Promise<boolean> {
  const path = `/api/leases/${encodeURIComponent(id)}/revoke`;
  return parseAnswer(revokedSchema, await client.call({ method: 'POST', path, json: {} }), client).done;
}

/** What `POST /api/leases/revoke` takes: all that fits everything that is named. */
export interface RevokeSelector {
  readonly request?: string | undefined;
  readonly principal?: string | undefined;
  readonly target?: string | undefined;
  readonly prefix?: string | undefined;
  readonly all?: true | undefined;
}

/** Takes back all that fits. @returns how many there were, and those that are not verified gone yet. */
export async function revokeLeases(
  client: IssuerClient,
  selector: RevokeSelector,
): Promise<z.output<typeof allRevokedSchema>> {
  const answer = await client.call({ method: 'POST', path: '/api/leases/revoke', json: selector });
  return parseAnswer(allRevokedSchema, answer, client);
}
