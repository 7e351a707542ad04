import type { Lease } from '../model/lease.ts';
import { foreign, type Html, html } from './html.ts';
import { actionField, type Frame, page } from './layout.ts';
import { left, listed, moment } from './words.ts';

export interface ShownLease {
  readonly lease: Lease;
  /** Who holds it. */
  readonly subject: string;
  readonly revokeToken?: string;
}

/** What is out, and taking it back. */
export function leasesPage(frame: Frame, leases: readonly ShownLease[], notice: string | undefined): string {
  const count = leases.length === 1 ? '1 lease is out.' : `${leases.length} leases are out.`;
  return page(
    frame,
    'Leases',
    html`${notice === undefined ? undefined : html`<p class="notice" role="status">${notice}</p>`}
<p class="muted">${leases.length === 0 ? 'Nothing is out.' : count}</p>
${leases.length === 0 ? undefined : table(leases, frame)}`,
    '/console/leases',
  );
}

function table(leases: readonly ShownLease[], frame: Frame): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Leases that are out"><table>
<thead><tr><th scope="col">Target</th><th scope="col">Who</th><th scope="col">Actions</th><th scope="col">State</th><th scope="col">Ends</th><th scope="col">Lease</th><th scope="col"><span class="hidden">Take back</span></th></tr></thead>
<tbody>${leases.map((shown) => row(shown, frame))}</tbody></table></div>`;
}

function row({ lease, subject, revokeToken }: ShownLease, { base, now }: Frame): Html {
  const { id, detail, state, expiresAt, lastError } = lease;
  return html`<tr>
<td>${detail.target}</td>
<td>${foreign(subject, 100)}</td>
<td>${foreign(listed(detail.actions), 60)}</td>
<td>${state}${lastError === undefined ? undefined : html` <span class="badge alarm">taking back fails</span>`}</td>
<td>${moment(expiresAt)}<br><span class="muted">${left(expiresAt, now)}</span></td>
<td><a href="${base}/console/requests/${lease.request}"><code>${id.slice(0, 12)}…</code></a></td>
<td>${
    revokeToken === undefined
      ? undefined
      : html`<form method="post" action="${base}/console/leases/${id}/revoke">${actionField(revokeToken)}<button class="danger small" aria-label="Revoke lease ${id}">Revoke</button></form>`
  }</td>
</tr>`;
}
