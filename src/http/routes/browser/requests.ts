import type { FastifyInstance } from 'fastify';
import { inboxPage } from '../../../console/inbox-page.ts';
import { requestPage } from '../../../console/request-page.ts';
import { AppError } from '../../../errors.ts';
import type { AccessRequest } from '../../../model/access-request.ts';
import type { Browser } from '../../browser/browser.ts';
import { callOf } from '../../call.ts';
import type { OperatorSession } from '../../operators/operators.ts';
import { idParams, parseInput } from '../../parse-input.ts';

const RECENT = 20;
const MAX_REASON = 1000;

/** The inbox, and one request with the answers that can be given to it. */
export function requestPages(app: FastifyInstance, browser: Browser): void {
  const { context, forms } = browser;
  const { issuer } = context;

  browser.get(app, '/console', async (session) => {
    const [waiting, all] = await Promise.all([issuer.requests({ state: 'pending' }), issuer.requests()]);
    const pending = waiting.toSorted((a, b) => ((a.pendingExpiresAt ?? '') < (b.pendingExpiresAt ?? '') ? -1 : 1));
    const recent = all.filter(({ state }) => state !== 'pending').slice(0, RECENT);
    return inboxPage(browser.frame(session), { pending, recent });
  });

  browser.get(app, '/console/requests/:id', async (session, { params }) => {
    const request = await found(parseInput(idParams, params).id, browser);
    return await show(browser, session, request);
  });

  browser.post(app, '/console/requests/:id/approve', async (session, form, request) => {
    const asked = await found(parseInput(idParams, request.params).id, browser);
    const narrower = form.optional('narrower');
    await forms.use(form.optional('action_token'), session.id, approval(asked, narrower));
    const reason = form.optional('reason')?.slice(0, MAX_REASON);
    const choice = asked.decision?.narrower?.find(({ id }) => id === narrower);
    if (narrower !== undefined && choice === undefined)
      throw new AppError('ERR_HTTP_MALFORMED', 'that is not among the choices');
    const options = {
      ...(reason === undefined ? {} : { reason }),
      ...(choice === undefined ? {} : { choice: choice.id }),
      amr: session.signIn.amr,
    };
    await issuer.approve(asked.id, session.operator, options, callOf(request).call);
    return { next: `/console/requests/${asked.id}` };
  });

  browser.post(app, '/console/requests/:id/reject', async (session, form, request) => {
    const asked = await found(parseInput(idParams, request.params).id, browser);
    await forms.use(form.optional('action_token'), session.id, rejection(asked));
    const reason = form.optional('reason')?.slice(0, MAX_REASON);
    if (reason === undefined) throw new AppError('ERR_HTTP_MALFORMED', 'say why you reject it');
    await issuer.deny(asked.id, session.operator, { reason, amr: session.signIn.amr }, callOf(request).call);
    return { next: `/console/requests/${asked.id}` };
  });
}

async function found(id: string, { context }: Browser): Promise<AccessRequest> {
  const request = await context.issuer.findRequest(id);
  if (request === undefined) throw new AppError('ERR_REQUEST_NOT_FOUND', 'there is no such request');
  return request;
}

async function show(browser: Browser, session: OperatorSession, request: AccessRequest): Promise<string> {
  const { context, forms } = browser;
  const leases = (await context.issuer.leases()).filter((lease) => lease.request === request.id);
  const narrower = request.decision?.narrower ?? [];
  return requestPage(browser.frame(session), {
    request,
    leases,
    ...(request.state === 'pending'
      ? {
          answer: {
            approveToken: forms.issue(session.id, approval(request, undefined)),
            rejectToken: forms.issue(session.id, rejection(request)),
            narrower: narrower.map((choice) => ({
              choice,
              token: forms.issue(session.id, approval(request, choice.id)),
            })),
          },
        }
      : {}),
  });
}

/** What an approving person agrees to: this request as the page showed it, under the policy that it showed. */
function approval({ id, canonicalHash, decision }: AccessRequest, narrower: string | undefined): string {
  return ['approve', id, canonicalHash, decision?.policy_revision, narrower].join(' ');
}

function rejection({ id }: AccessRequest): string {
  return `reject ${id}`;
}
