import type { FastifyInstance } from 'fastify';
import { messagePage } from '../../../console/message-page.ts';
import { sessionsPage } from '../../../console/sessions-page.ts';
import { type Browser, formOf } from '../../browser/browser.ts';
import { callOf } from '../../call.ts';
import { idParams, parseInput } from '../../parse-input.ts';

/** `POST /logout`, and the list of one's sessions. */
export function sessionPages(app: FastifyInstance, browser: Browser): void {
  const { context, cookies, forms } = browser;

  app.post('/logout', { preHandler: browser.sameOrigin }, async (request, reply) => {
    const session = await browser.session(request);
    // Whose session is over already is signed out.
    if (session !== undefined) {
      await forms.use(formOf(request).optional('action_token'), session.id, 'sign-out');
      await context.operators.endSession(session.operator, session.id, callOf(request).call);
    }
    cookies.clear(reply, 'session');
    return browser.send(
      reply,
      messagePage(browser.frame(undefined), {
        title: 'Signed out',
        text: 'This browser is signed out of the issuer. At your identity provider you may still be signed in.',
        next: { path: '/login', name: 'Sign in' },
      }),
    );
  });

  browser.get(app, '/console/sessions', async (session) => {
    const sessions = await context.operators.sessions(session.operator);
    return sessionsPage(
      browser.frame(session),
      sessions.map(({ id, method, signIn, client, sourceIp, createdAt, expiresAt }) => ({
        id,
        method,
        amr: signIn.amr,
        client,
        sourceIp,
        createdAt: createdAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
        current: id === session.id,
        endToken: forms.issue(session.id, `end ${id}`),
      })),
    );
  });

  browser.post(app, '/console/sessions/:id/end', async (session, form, request) => {
    const { id } = parseInput(idParams, request.params);
    await forms.use(form.optional('action_token'), session.id, `end ${id}`);
    await context.operators.endSession(session.operator, id, callOf(request).call);
    return { next: '/console/sessions' };
  });
}
