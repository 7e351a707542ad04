import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** `session`: the session's token. `sign-in`: what a sign-in that is under way must remember. `form`: whom a sign-in form was shown to. */
type Cookie = 'session' | 'sign-in' | 'form';

/**
 * Our cookies. With TLS their names have the prefix `__Host-`, so that no other host and no plain connection can set them (RFC 6265bis, section
 * 4.1.3.2). `SameSite=Lax`: with `Strict`, whoever comes back from the identity provider or from a link in a chat would not be signed in; what
 * changes something is guarded by more than cookies.
 */
export class Cookies {
  readonly #secure: boolean;

  /** @param url - the issuer's public URL. */
  constructor(url: string) {
    this.#secure = url.startsWith('https:');
  }

  read(request: FastifyRequest, cookie: Cookie): string | undefined {
    return request.cookies[this.#name(cookie)];
  }

  /** @param maxAge - seconds. */
  set(reply: FastifyReply, cookie: Cookie, value: string, maxAge: number): void {
    reply.setCookie(this.#name(cookie), value, { ...this.#attributes(), maxAge: Math.floor(maxAge) });
  }

  clear(reply: FastifyReply, cookie: Cookie): void {
    reply.setCookie(this.#name(cookie), '', { ...this.#attributes(), maxAge: 0 });
  }

  #name(cookie: Cookie): string {
    return `${this.#secure ? '__Host-' : ''}lapse_${cookie}`;
  }

  #attributes(): CookieSerializeOptions {
    return { path: '/', httpOnly: true, sameSite: 'lax', secure: this.#secure };
  }
}
