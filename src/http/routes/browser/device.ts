import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { deviceCodePage, deviceConfirmPage } from '../../../console/device-page.ts';
import { messagePage } from '../../../console/message-page.ts';
import { AppError } from '../../../errors.ts';
import type { Browser } from '../../browser/browser.ts';
import { callOf } from '../../call.ts';
import { showUserCode } from '../../device/user-code.ts';
import type { OperatorSession } from '../../operators/operators.ts';

const TRIES = { rateLimit: { max: 20, timeWindow: 60_000 } };
const querySchema = z.object({ user_code: z.string().max(64).optional().catch(undefined) });
const LOOKUP = 'device lookup';

/** `/device`: where a signed-in person confirms the code that a machine shows (RFC 8628 section 3.3). */
export function devicePages(app: FastifyInstance, browser: Browser): void {
  const { context, forms } = browser;
  const { devices } = context.people;

  async function confirmPage(typed: string, session: OperatorSession, request: FastifyRequest): Promise<string> {
    try {
      const grant = await devices.find(typed, session.operator);
      return deviceConfirmPage(browser.frame(session), {
        userCode: showUserCode(grant.userCode),
        clientId: grant.clientId,
        machine: grant.machine,
        sourceIp: grant.sourceIp,
        ownIp: callOf(request).call.sourceIp,
        createdAt: grant.createdAt.toISOString(),
        expiresAt: grant.expiresAt.toISOString(),
        approveToken: forms.issue(session.id, `device approved ${grant.userCode}`),
        denyToken: forms.issue(session.id, `device denied ${grant.userCode}`),
      });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'ERR_DEVICE_CODE') throw error;
      return codePage(session, 'No machine waits with this code. Codes are good for ten minutes, and once.');
    }
  }

  function codePage(session: OperatorSession, problem?: string): string {
    return deviceCodePage(browser.frame(session), forms.issue(session.id, LOOKUP), problem);
  }

  browser.get(app, '/device', async (session, request) => {
    const { user_code: typed } = querySchema.parse(request.query);
    return typed === undefined ? codePage(session) : await confirmPage(typed, session, request);
  });

  browser.post(
    app,
    '/device',
    async (session, form, request) => {
      await forms.use(form.optional('action_token'), session.id, LOOKUP);
      return { page: await confirmPage(form.optional('user_code') ?? '', session, request) };
    },
    TRIES,
  );

  for (const [path, verdict] of [
    ['/device/approve', 'approved'],
    ['/device/deny', 'denied'],
  ] as const)
    browser.post(
      app,
      path,
      async (session, form, request) => {
        const grant = await devices.find(form.optional('user_code') ?? '', session.operator);
        await forms.use(form.optional('action_token'), session.id, `device ${verdict} ${grant.userCode}`);
        await devices.answer(grant, verdict, session, callOf(request).call);
        const [title, text] =
          verdict === 'approved'
            ? ['Signed in', 'The machine is signed in as you. You find it under Sessions, and can end it there.']
            : ['Refused', 'The machine was not signed in. If you did not start this, somebody else did.'];
        return { page: messagePage(browser.frame(session), { title, text }) };
      },
      TRIES,
    );
}
