import type { FastifyInstance, FastifyReply, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import type { Frame } from '../../console/layout.ts';
import { messagePage } from '../../console/message-page.ts';
import { AppError } from '../../errors.ts';
import { Form } from '../form.ts';
import type { OperatorSession } from '../operators/operators.ts';
import type { HttpContext } from '../options.ts';
import { Cookies } from './cookies.ts';
import { FormTokens } from './form-tokens.ts';

/** One style sheet of ours; no script, no frame, no form that leads elsewhere. */
const POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const TITLES: Readonly<Record<number, string>> = {
  400: 'That cannot be read',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not possible any more',
  429: 'Too many attempts',
};

/** What the routes for browsers share: cookies, sessions, pages, and what guards their forms. */
export class Browser {
  readonly context: HttpContext;
  readonly cookies: Cookies;
  readonly forms: FormTokens;
  /** Path of the issuer's URL, without trailing slash. */
  readonly base: string;
  readonly #origin: string;

  constructor(context: HttpContext) {
    const { url, people, issuer } = context;
    this.context = context;
    this.cookies = new Cookies(url);
    this.forms = new FormTokens({ seal: people.seal, issuer, now: () => context.now() });
    this.base = new URL(url).pathname.replace(/\/$/, '');
    this.#origin = new URL(url).origin;
  }

  /** The session that the browser's cookie stands for; undefined when nobody is signed in. */
  async session(request: FastifyRequest): Promise<OperatorSession | undefined> {
    const token = this.cookies.read(request, 'session');
    return token === undefined ? undefined : await this.context.operators.session(token);
  }

  /** Ends the session of the cookie, if there is one. */
  async endSession(request: FastifyRequest): Promise<void> {
    const token = this.cookies.read(request, 'session');
    if (token !== undefined) await this.context.operators.signOut(token);
  }

  frame(session: OperatorSession | undefined): Frame {
    const now = this.context.now();
    if (session === undefined) return { base: this.base, now };
    return {
      base: this.base,
      now,
      person: { operator: session.operator, signOutToken: this.forms.issue(session.id, 'sign-out') },
    };
  }

  /** A page for people who are signed in; others are sent to sign in, and come back. */
  get(
    app: FastifyInstance,
    path: string,
    show: (session: OperatorSession, request: FastifyRequest, reply: FastifyReply) => Promise<string>,
  ): void {
    app.get(path, async (request, reply) => {
      const session = await this.session(request);
      if (session !== undefined) return this.send(reply, await show(session, request, reply));
      const query = new URLSearchParams({ return_to: request.url }).toString();
      return reply.redirect(`${this.base}/login?${query}`, 303);
    });
  }

  /**
   * A form of a person who is signed in. Its handler uses up the form's proof first: before that nothing may change.
   *
   * @param answer - where to go on, as a path below the issuer's, or a page to show.
   */
  post(
    app: FastifyInstance,
    path: string,
    answer: (
      session: OperatorSession,
      form: Form,
      request: FastifyRequest,
    ) => Promise<{ readonly next: string } | { readonly page: string }>,
    config: object = {},
  ): void {
    app.post(path, { config, preHandler: this.sameOrigin }, async (request, reply) => {
      const session = await this.session(request);
      if (session === undefined)
        throw new AppError('ERR_HTTP_UNAUTHENTICATED', 'your session is over', { hint: 'sign in again' });
      const result = await answer(session, formOf(request), request);
      if ('page' in result) return this.send(reply, result.page);
      return reply.redirect(this.base + result.next, 303);
    });
  }

  /** Refuses what another site's page makes a browser send. Browsers name the origin with every POST; whatever does not is none. */
  readonly sameOrigin: preHandlerAsyncHookHandler = async (request) => {
    const site = request.headers['sec-fetch-site'];
    if (request.headers.origin === this.#origin && (site === undefined || site === 'same-origin')) return;
    throw new AppError('ERR_FORM_REFUSED', 'the form was not sent from a page of this issuer', {
      hint: `open it at ${this.#origin}${this.base}/console`,
      details: { reason: 'origin' },
    });
  };

  send(reply: FastifyReply, page: string, status = 200): FastifyReply {
    return reply.code(status).headers(PAGE_HEADERS).send(page);
  }

  /** What went wrong, as a page. Of failures inside, only that there was one. */
  fail(error: AppError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const status = error.kind.http;
    const inside = status >= 500;
    const page = messagePage(
      { base: this.base, now: this.context.now() },
      {
        title: TITLES[status] ?? (inside ? 'Not available now' : 'That did not work'),
        text: inside ? 'The request could not be served now.' : sentence(error.message),
        ...(inside || error.hint === undefined ? {} : { hint: sentence(error.hint) }),
        next: status === 401 ? { path: '/login', name: 'Sign in' } : { path: '/console', name: 'To the inbox' },
        requestId: request.id,
      },
    );
    return this.send(reply, page, status);
  }
}

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  'x-frame-options': 'DENY',
  // With no-referrer, browsers would send "Origin: null" with our own forms.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** @throws {AppError} ERR_HTTP_MEDIA_TYPE for a body that is no form. */
export function formOf(request: FastifyRequest): Form {
  if (request.body instanceof Form) return request.body;
  throw new AppError('ERR_HTTP_MEDIA_TYPE', 'expected a form-encoded body');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
