import type { AuditEvent } from '../model/audit-event.ts';
import { foreign, html } from './html.ts';
import { type Frame, page } from './layout.ts';
import { moment } from './words.ts';

/** The tail of the audit log, newest first. */
export function auditPage(frame: Frame, events: readonly AuditEvent[]): string {
  return page(
    frame,
    'Audit',
    html`<p class="muted">The newest ${events.length} events. <code>lapse audit verify</code> checks the whole chain.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Audit events"><table>
<thead><tr><th scope="col">No.</th><th scope="col">When</th><th scope="col">Event</th><th scope="col">Who</th><th scope="col">Target</th><th scope="col">Request</th></tr></thead>
<tbody>${events.map(
      ({ seq, at, event, actor, target, request }) => html`<tr>
<td>${seq}</td>
<td>${moment(at)}</td>
<td><code>${event}</code></td>
<td>${foreign(actor, 100)}</td>
<td>${target === undefined ? undefined : foreign(target, 64)}</td>
<td>${request === undefined ? undefined : html`<a href="${frame.base}/console/requests/${request}"><code>${request.slice(0, 12)}…</code></a>`}</td>
</tr>`,
    )}</tbody></table></div>`,
    '/console/audit',
  );
}
