import type { AccessRequest, NarrowerChoice } from '../model/access-request.ts';
import { foreign, type Html, html } from './html.ts';
import type { Frame } from './layout.ts';
import { ago, left, listed, moment, span } from './words.ts';

/** What happened with the same wish before: same requester, target and actions. */
export interface RequestHistory {
  readonly total: number;
  readonly granted: number;
  readonly rejected: number;
}

const STATE_WORDS: Readonly<Record<AccessRequest['state'], string>> = {
  pending: 'waiting for approval',
  approved: 'approved, not picked up yet',
  denied: 'denied by policy',
  rejected: 'rejected',
  expired: 'nobody answered in time',
  cancelled: 'withdrawn',
  fulfilled: 'granted',
};

/** In words, never by colour alone. */
export function stateBadge(state: AccessRequest['state']): Html {
  return html`<span class="badge ${state}">${STATE_WORDS[state]}</span>`;
}

/** The facts that an approver decides on: who, exactly what, from where, for how long, why, and who says so. */
export function requestFacts(request: AccessRequest, history: RequestHistory | undefined, frame: Frame): Html {
  const { requester, detail, decision } = request;
  const claims = Object.entries(requester.claims).filter(([, value]) => typeof value !== 'object');
  return html`<dl class="facts">
${row('Who', html`${foreign(requester.subject)} <span class="muted">${requester.kind}</span>`)}
${row('Owned by', requester.owners.length === 0 ? undefined : foreign(listed(requester.owners)))}
${row('Vouched for by', foreign(requester.issuer))}
${row('Claims', claims.length === 0 ? undefined : claimList(claims))}
${row('Principal', requester.principal === undefined ? undefined : foreign(requester.principal))}
${row('What', html`<strong>${foreign(listed(detail.actions))}</strong> on <strong>${detail.target}</strong> <span class="muted">${detail.type}</span>`)}
${row('Resources', foreign(listed(detail.resources), 1000))}
${row('Gets it', detail.principal === undefined ? undefined : foreign(detail.principal))}
${row('For how long', html`<strong>${span(detail.duration)}</strong>${detail.extends === undefined ? undefined : html`, extending <code>${detail.extends}</code>`}`)}
${row('Not before', detail.not_before === undefined ? undefined : moment(detail.not_before))}
${row('From where', html`asked from <code>${request.sourceIp}</code>${detail.source_cidrs === undefined ? undefined : html`, to be used from <code>${listed(detail.source_cidrs)}</code>`}`)}
${row('Why', detail.reason === undefined ? html`<span class="muted">no reason given</span>` : foreign(detail.reason, 1000))}
${row('Shown on both sides', request.bindingMessage === undefined ? undefined : html`<strong>${foreign(request.bindingMessage)}</strong>`)}
${row('Ticket', detail.ticket === undefined ? undefined : foreign(detail.ticket))}
${row('Rule', decision === undefined ? undefined : html`<code>${decision.rule}</code>${decision.reasons.length === 0 ? undefined : html` <span class="muted">${listed(decision.reasons)}</span>`}`)}
${row('Asks for', decision === undefined || decision.approvals.length === 0 ? undefined : listed(decision.approvals.map(({ from, count, level }) => `${count} of ${from}${level === undefined || level === 1 ? '' : ` (level ${level})`}`)))}
${row('Answers', request.approvals.length === 0 ? undefined : answers(request, frame))}
${row('Last 30 days', history === undefined ? undefined : `${history.total} same requests: ${history.granted} granted, ${history.rejected} rejected or denied`)}
${row('Asked', html`${moment(request.createdAt)} (${ago(request.createdAt, frame.now)})`)}
${row('Time to answer', request.state !== 'pending' ? undefined : left(request.pendingExpiresAt, frame.now))}
${row('Policy', decision === undefined ? undefined : html`<code class="small">${decision.policy_revision}</code>`)}
${row('Request', html`<code>${request.id}</code> <code class="small muted">${request.canonicalHash.slice(0, 16)}</code>`)}
</dl>`;
}

/** `select · 10 min`: what a narrower approval would give. */
export function narrowerWords(choice: NarrowerChoice, request: AccessRequest): string {
  const actions = choice.actions ?? request.detail.actions;
  const resources = choice.resources === undefined ? '' : ` on ${choice.resources.join(', ')}`;
  return `${actions.join(', ')}${resources}, ${span(choice.duration ?? request.detail.duration)}`;
}

function row(name: string, value: Html | string | undefined): Html | undefined {
  return value === undefined ? undefined : html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function claimList(claims: readonly (readonly [string, unknown])[]): Html {
  return html`<ul class="plain">${claims.slice(0, 20).map(([name, value]) => html`<li><code>${name}</code> ${foreign(String(value), 120)}</li>`)}</ul>`;
}

function answers({ approvals }: AccessRequest, { now }: Frame): Html {
  return html`<ul class="plain">${approvals.map(
    ({ approver, verdict, reason, at, inPlaceOf }) =>
      html`<li>${verdict === 'approve' ? 'approved' : 'rejected'} by <strong>${approver}</strong>${
        inPlaceOf === undefined ? undefined : html` for ${inPlaceOf}`
      }, ${ago(at, now)}${reason === undefined ? undefined : html`: ${foreign(reason)}`}</li>`,
  )}</ul>`;
}
