import { foreign, type Html, html } from './html.ts';
import { actionField, type Frame, page } from './layout.ts';
import { moment } from './words.ts';

export interface ShownSession {
  readonly id: string;
  readonly method: string;
  readonly amr: readonly string[];
  readonly client: string;
  readonly sourceIp: string;
  /** ISO 8601, both. */
  readonly createdAt: string;
  readonly expiresAt: string;
  /** The one that the page is shown in. */
  readonly current: boolean;
  readonly endToken: string;
}

/** Where somebody is signed in, and ending any of it. */
export function sessionsPage(frame: Frame, sessions: readonly ShownSession[]): string {
  return page(
    frame,
    'Sessions',
    html`<p class="muted">Where you are signed in. What you do not know, end.</p>
${sessions.map((session) => entry(session, frame))}`,
    '/console/sessions',
  );
}

function entry(session: ShownSession, { base }: Frame): Html {
  const { id, method, amr, client, sourceIp, createdAt, expiresAt, current, endToken } = session;
  return html`<article class="card">
<h2>${client === '' ? 'unnamed client' : foreign(client, 120)}${current ? html` <span class="badge">this one</span>` : undefined}</h2>
<p class="muted">from <code>${sourceIp}</code>, ${method}${amr.length === 0 ? undefined : ` (${amr.join(', ')})`}, since ${moment(createdAt)}, until ${moment(expiresAt)}</p>
<form method="post" action="${base}/console/sessions/${id}/end">${actionField(endToken)}<button class="danger small" aria-label="End session ${id}">End</button></form>
</article>`;
}
