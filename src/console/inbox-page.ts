import type { AccessRequest } from '../model/access-request.ts';
import { foreign, type Html, html } from './html.ts';
import { type Frame, page } from './layout.ts';
import { stateBadge } from './request-card.ts';
import { ago, left, listed, span } from './words.ts';

/** Everything that waits for somebody, those with the least time left first, and what was answered lately. */
export function inboxPage(
  frame: Frame,
  { pending, recent }: { readonly pending: readonly AccessRequest[]; readonly recent: readonly AccessRequest[] },
): string {
  const count = pending.length === 1 ? '1 request waits' : `${pending.length} requests wait`;
  return page(
    frame,
    'Inbox',
    html`<p class="muted">${pending.length === 0 ? 'Nothing waits for an answer.' : `${count} for an answer.`}</p>
${pending.map((request) => entry(request, frame))}
${recent.length === 0 ? undefined : html`<h2>Lately</h2>${recentTable(recent, frame)}`}`,
    '/console',
  );
}

function entry(request: AccessRequest, { base, now }: Frame): Html {
  const { requester, detail, decision } = request;
  const given = request.approvals.filter(({ verdict }) => verdict === 'approve').length;
  const needed = (decision?.approvals ?? []).reduce((sum, { count }) => sum + count, 0);
  return html`<article class="card">
<h2><a href="${base}/console/requests/${request.id}">${foreign(listed(detail.actions), 80)} on ${detail.target}, ${span(detail.duration)}</a></h2>
<p>${foreign(requester.subject, 160)} <span class="muted">${requester.kind}${
    requester.owners.length === 0 ? undefined : html`, owned by ${foreign(listed(requester.owners), 80)}`
  }</span></p>
<p>${detail.reason === undefined ? html`<span class="muted">no reason given</span>` : foreign(detail.reason, 200)}${
    detail.ticket === undefined ? undefined : html` <span class="muted">${foreign(detail.ticket, 40)}</span>`
  }</p>
<p class="muted small">asked ${ago(request.createdAt, now)} · ${left(request.pendingExpiresAt, now)} · ${given} of ${needed} approvals · rule <code>${decision?.rule ?? ''}</code>${
    detail.break_glass === true ? html` · <strong>break-glass</strong>` : undefined
  }</p>
</article>`;
}

function recentTable(requests: readonly AccessRequest[], { base, now }: Frame): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Requests answered lately"><table>
<thead><tr><th scope="col">State</th><th scope="col">Target</th><th scope="col">Actions</th><th scope="col">Who</th><th scope="col">Asked</th></tr></thead>
<tbody>${requests.map(
    ({ id, state, detail, requester, createdAt }) => html`<tr>
<td>${stateBadge(state)}</td>
<td><a href="${base}/console/requests/${id}">${detail.target}</a></td>
<td>${foreign(listed(detail.actions), 60)}</td>
<td>${foreign(requester.subject, 80)}</td>
<td>${ago(createdAt, now)}</td>
</tr>`,
  )}</tbody></table></div>`;
}
