import { foreign, type Html, html } from './html.ts';
import { actionField, type Frame, page } from './layout.ts';
import { ago, left } from './words.ts';

/** A device sign-in (RFC 8628) as the person sees it who is to confirm it. */
export interface ShownDevice {
  /** `BCDF-GHJK`. */
  readonly userCode: string;
  readonly clientId: string;
  readonly machine: string;
  readonly sourceIp: string;
  /** Of the person who confirms. */
  readonly ownIp: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly approveToken: string;
  readonly denyToken: string;
}

/** Where the code is entered that a machine shows. */
export function deviceCodePage(frame: Frame, lookupToken: string, problem: string | undefined): string {
  return page(
    frame,
    'Sign in a machine',
    html`<div class="narrow">
${problem === undefined ? undefined : html`<p class="problem" role="alert">${problem}</p>`}
<form method="post" action="${frame.base}/device" class="card">
${actionField(lookupToken)}
<label for="code">Code that the machine shows</label>
<input id="code" name="user_code" class="code" required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="XXXX-XXXX">
<button>Next</button>
</form></div>`,
  );
}

/** What is about to be signed in, and from where it asks. */
export function deviceConfirmPage(frame: Frame, device: ShownDevice): string {
  const { userCode, clientId, machine, sourceIp, ownIp, createdAt, expiresAt, approveToken, denyToken } = device;
  return page(
    frame,
    'Sign in a machine',
    html`<div class="narrow">
<p>Somebody asks to be signed in <strong>as you</strong> on a machine. Go on only if you started this yourself, just now, and the machine shows this very code.</p>
<p class="code" aria-label="Code">${userCode}</p>
<dl class="facts">
<div><dt>Program</dt><dd>${foreign(clientId, 64)}</dd></div>
<div><dt>Machine</dt><dd>${machine === '' ? html`<span class="muted">does not say</span>` : html`calls itself ${foreign(machine, 120)}`}</dd></div>
<div><dt>Asks from</dt><dd><code>${sourceIp}</code></dd></div>
<div><dt>Asked</dt><dd>${ago(createdAt, frame.now)}, ${left(expiresAt, frame.now)}</dd></div>
</dl>
${sourceIp === ownIp ? undefined : html`<p class="problem">It asks from another address than yours, <code>${ownIp}</code>.</p>`}
<div class="answers">${form('approve', approveToken, html`<button>Sign it in</button>`, frame, userCode)}${form('deny', denyToken, html`<button class="danger">Refuse</button>`, frame, userCode)}</div>
</div>`,
  );
}

function form(verdict: string, token: string, button: Html, { base }: Frame, userCode: string): Html {
  return html`<form method="post" action="${base}/device/${verdict}">
${actionField(token)}
<input type="hidden" name="user_code" value="${userCode}">
${button}
</form>`;
}
