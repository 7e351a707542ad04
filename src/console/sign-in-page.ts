import { html } from './html.ts';
import { actionField, type Frame, page } from './layout.ts';

export interface SignInPage {
  /** Own path to go to afterwards. */
  readonly returnTo: string;
  /** Of the form; absent when nobody signs in with a password. */
  readonly passwordToken?: string;
  /** Host of the identity provider, where there is one. */
  readonly provider?: string;
  /** What went wrong with the last attempt. */
  readonly problem?: string;
  /** After an attempt: who it was. */
  readonly name?: string;
}

/** Where people sign in: at the identity provider, with an account of our own, or both. */
export function signInPage(frame: Frame, { returnTo, passwordToken, provider, problem, name }: SignInPage): string {
  const { base } = frame;
  const query = new URLSearchParams({ return_to: returnTo }).toString();
  return page(
    frame,
    'Sign in',
    html`<div class="narrow">
${problem === undefined ? undefined : html`<p class="problem" role="alert">${problem}</p>`}
${
  provider === undefined
    ? undefined
    : html`<p><a class="button wide" href="${base}/login/oidc?${query}">Sign in with ${provider}</a></p>`
}
${provider === undefined || passwordToken === undefined ? undefined : html`<p class="or">or with an account of this issuer</p>`}
${
  passwordToken === undefined
    ? undefined
    : html`<form method="post" action="${base}/login" class="card">
${actionField(passwordToken)}
<input type="hidden" name="return_to" value="${returnTo}">
<label for="name">Name</label>
<input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="128" value="${name ?? ''}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1024">
<label for="code">Code <span class="muted">(where you have a second factor)</span></label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="16">
<button${provider === undefined ? undefined : html` class="secondary"`}>Sign in</button>
</form>`
}
</div>`,
  );
}
