import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { leasesPage } from '../../../console/leases-page.ts';
import type { Browser } from '../../browser/browser.ts';
import { callOf } from '../../call.ts';
import { idParams, parseInput } from '../../parse-input.ts';

const NOTICES = {
  revoked: 'Revoked, and verified at the target.',
  revoking: 'Revoked: inactive from now on. The target is not verified clean yet; the issuer goes on by itself.',
} as const;
const querySchema = z.object({ done: z.enum(['revoked', 'revoking']).optional().catch(undefined) });

/** What is out, and taking it back. */
export function leasePages(app: FastifyInstance, browser: Browser): void {
  const { context, forms } = browser;
  const { issuer } = context;

  browser.get(app, '/console/leases', async (session, { query }) => {
    const { done } = querySchema.parse(query);
    const leases = await issuer.leases({ states: ['CREATING', 'ACTIVE', 'REVOKING'] });
    const shown = await Promise.all(
      leases.map(async (lease) => ({
        lease,
        subject: (await issuer.findRequest(lease.request))?.requester.subject ?? '',
        ...(lease.state === 'REVOKING' ? {} : { revokeToken: forms.issue(session.id, `revoke ${lease.id}`) }),
      })),
    );
    return leasesPage(browser.frame(session), shown, done === undefined ? undefined : NOTICES[done]);
  });

  browser.post(app, '/console/leases/:id/revoke', async (session, form, request) => {
    const { id } = parseInput(idParams, request.params);
    await forms.use(form.optional('action_token'), session.id, `revoke ${id}`);
    const by = { actor: `operator:${session.operator}`, reason: 'revoked' } as const;
    const { done } = await issuer.revoke(id, by, callOf(request).call);
    return { next: `/console/leases?done=${done ? 'revoked' : 'revoking'}` };
  });
}
