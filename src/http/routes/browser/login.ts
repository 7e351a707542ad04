import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type SignInPage, signInPage } from '../../../console/sign-in-page.ts';
import { AppError, type ErrorCode } from '../../../errors.ts';
import { SecretValue } from '../../../model/secret-value.ts';
import { type Browser, formOf } from '../../browser/browser.ts';
import { ownPath } from '../../browser/own-path.ts';
import { callOf } from '../../call.ts';
import type { SignedIn } from '../../operators/operators.ts';
import { admit } from '../../sign-in/admission.ts';
import { type PendingSignIn, refusedSignIn } from '../../sign-in/identity-provider.ts';

/** Guessing is hopeless anyway; this keeps it from costing anything. */
const ATTEMPTS = { rateLimit: { max: 10, timeWindow: 60_000 } };
const SIGN_IN_LIFE = 600_000;
const FORM_LIFE_SECONDS = 3600;
const PURPOSE = 'sign-in';
/** What a person may hear and try again. */
const PROBLEMS: Partial<Record<ErrorCode, string>> = {
  ERR_SIGN_IN_REFUSED: 'Name, password or code is wrong.',
  ERR_SIGN_IN_FACTOR: 'Enter the code of your second factor too.',
};

const querySchema = z.object({ return_to: z.string().optional().catch(undefined) });
const stepUpSchema = querySchema.extend({
  max_age: z.coerce.number().int().min(0).max(86_400).optional().catch(undefined),
  acr_values: z.string().max(256).optional().catch(undefined),
});
/** What goes with the browser while the person is at the identity provider. */
const pendingSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  maxAge: z.number().optional(),
  acrValues: z.array(z.string()),
  returnTo: z.string(),
});

/** `/login`: the page, a password, and the way to the identity provider and back. */
export function loginRoutes(app: FastifyInstance, browser: Browser): void {
  const { context, cookies } = browser;
  const home = `${browser.base}/console`;
  const returnTo = (text: string | undefined) => ownPath(text, context.url) ?? home;

  app.get('/login', async (request, reply) => {
    const { return_to: place } = querySchema.parse(request.query);
    return browser.send(reply, page(browser, request, reply, { returnTo: returnTo(place) }));
  });

  app.post('/login', { config: ATTEMPTS, preHandler: browser.sameOrigin }, async (request, reply) => {
    const form = formOf(request);
    const place = returnTo(form.optional('return_to'));
    if (!context.people.passwords) throw new AppError('ERR_HTTP_NOT_FOUND', 'passwords are not taken here');
    await browser.forms.use(form.optional('action_token'), cookies.read(request, 'form') ?? '', PURPOSE);
    const name = form.optional('name') ?? '';
    const password = form.optional('password') ?? '';
    try {
      const { call } = callOf(request);
      const signedIn = await context.operators.signIn(
        name,
        new SecretValue(password),
        call,
        clientOf(request),
        form.optional('code'),
      );
      return await enter(browser, request, reply, signedIn, place);
    } catch (error) {
      const problem = error instanceof AppError ? PROBLEMS[error.code] : undefined;
      if (problem === undefined) throw error;
      return browser.send(reply, page(browser, request, reply, { returnTo: place, problem, name }), 401);
    }
  });

  app.get('/login/oidc', async (request, reply) => {
    const query = stepUpSchema.parse(request.query);
    const { client } = providerOf(browser);
    const { url, pending } = await client.begin({
      ...(query.max_age === undefined ? {} : { maxAge: query.max_age }),
      ...(query.acr_values === undefined ? {} : { acrValues: query.acr_values.split(' ').filter(Boolean) }),
    });
    const kept = JSON.stringify({ ...pending, returnTo: returnTo(query.return_to) });
    const until = new Date(context.now().getTime() + SIGN_IN_LIFE);
    cookies.set(reply, 'sign-in', context.people.seal.seal(PURPOSE, kept, until), SIGN_IN_LIFE / 1000);
    return reply.redirect(url.href, 303);
  });

  app.get('/login/callback', { config: ATTEMPTS }, async (request, reply) => {
    const kept = cookies.read(request, 'sign-in');
    // Good for one answer, whatever becomes of it.
    cookies.clear(reply, 'sign-in');
    const opened = kept === undefined ? undefined : context.people.seal.open(PURPOSE, kept, context.now());
    if (opened === undefined)
      throw new AppError('ERR_SIGN_IN_REFUSED', 'this browser did not begin a sign-in, or too long ago', {
        hint: 'sign in again',
      });
    const { returnTo: place, maxAge, ...rest } = pendingSchema.parse(JSON.parse(opened));
    const pending = { ...rest, ...(maxAge === undefined ? {} : { maxAge }) };
    const signedIn = await signInWith(browser, request, pending);
    return await enter(browser, request, reply, signedIn, place);
  });
}

async function signInWith(browser: Browser, request: FastifyRequest, pending: PendingSignIn): Promise<SignedIn> {
  const { operators } = browser.context;
  const { client, rules } = providerOf(browser);
  const { call } = callOf(request);
  try {
    const [, query = ''] = request.url.split('?');
    const person = await client.finish(query, pending);
    const admission = admit(person, rules);
    if ('refused' in admission) throw refusedSignIn(admission.refused);
    const operator = await operators.enrol(admission.admitted, call);
    // Somebody else's name is not taken over, even if the provider gives it.
    if (operator === undefined) throw refusedSignIn('name-taken');
    const { acr, amr, authenticatedAt } = person;
    const signIn = { amr, authenticatedAt, ...(acr === undefined ? {} : { acr }) };
    return await operators.open({ operator, method: 'oidc', signIn, client: clientOf(request) }, call);
  } catch (error) {
    if (error instanceof AppError && error.code === 'ERR_SIGN_IN_REFUSED')
      await operators.refuse(undefined, String(error.details?.reason ?? 'oidc'), call);
    throw error;
  }
}

function providerOf({ context }: Browser) {
  const { provider } = context.people;
  if (provider === undefined) throw new AppError('ERR_HTTP_NOT_FOUND', 'no identity provider is configured');
  return provider;
}

/** A new session for the browser, in place of whatever it had: nobody can choose the session that somebody else signs in to. */
async function enter(
  browser: Browser,
  request: FastifyRequest,
  reply: FastifyReply,
  { token, expiresAt }: SignedIn,
  place: string,
): Promise<FastifyReply> {
  await browser.endSession(request);
  const { cookies, context } = browser;
  cookies.set(reply, 'session', token.reveal(), (expiresAt.getTime() - context.now().getTime()) / 1000);
  cookies.clear(reply, 'form');
  return reply.redirect(place, 303);
}

function page(
  browser: Browser,
  request: FastifyRequest,
  reply: FastifyReply,
  about: Pick<SignInPage, 'returnTo' | 'problem' | 'name'>,
): string {
  const { context, cookies, forms } = browser;
  const { passwords, provider } = context.people;
  const holder = cookies.read(request, 'form') ?? randomBytes(16).toString('base64url');
  cookies.set(reply, 'form', holder, FORM_LIFE_SECONDS);
  return signInPage(browser.frame(undefined), {
    ...about,
    ...(passwords ? { passwordToken: forms.issue(holder, PURPOSE) } : {}),
    ...(provider === undefined ? {} : { provider: provider.client.name }),
  });
}

/** For the list of sessions: what the browser says of itself. */
function clientOf(request: FastifyRequest): string {
  return String(request.headers['user-agent'] ?? '');
}
