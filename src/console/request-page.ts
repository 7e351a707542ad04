import type { AccessRequest, NarrowerChoice } from '../model/access-request.ts';
import type { Lease } from '../model/lease.ts';
import { type Html, html } from './html.ts';
import { actionField, type Frame, page } from './layout.ts';
import { narrowerWords, type RequestHistory, requestFacts, stateBadge } from './request-card.ts';
import { moment, span } from './words.ts';

export interface RequestPage {
  readonly request: AccessRequest;
  readonly history?: RequestHistory;
  readonly leases: readonly Lease[];
  /** What the person before the page may do; absent when the request waits for nobody. */
  readonly answer?: {
    readonly approveToken: string;
    readonly rejectToken: string;
    readonly narrower: readonly { readonly choice: NarrowerChoice; readonly token: string }[];
    /** Why approving is not offered: the person asked for it, or is in no group that may answer. */
    readonly notApprover?: string;
  };
  readonly problem?: string;
}

/** One request whole, and the answers that can be given to it. */
export function requestPage(frame: Frame, { request, history, leases, answer, problem }: RequestPage): string {
  return page(
    frame,
    `${request.detail.target}: ${span(request.detail.duration)}`,
    html`${problem === undefined ? undefined : html`<p class="problem" role="alert">${problem}</p>`}
<p>${stateBadge(request.state)}${request.detail.break_glass === true ? html` <span class="badge alarm">break-glass</span>` : undefined}</p>
${requestFacts(request, history, frame)}
${leases.length === 0 ? undefined : leaseList(leases)}
${answer === undefined ? undefined : answerForms(request, answer, frame)}`,
    '/console',
  );
}

function answerForms(request: AccessRequest, answer: NonNullable<RequestPage['answer']>, { base }: Frame): Html {
  const place = `${base}/console/requests/${request.id}`;
  const { approveToken, rejectToken, narrower, notApprover } = answer;
  return html`<section aria-labelledby="answer"><h2 id="answer">Answer</h2>
${notApprover === undefined ? undefined : html`<p class="muted">${notApprover}</p>`}
<div class="answers">
${
  notApprover !== undefined
    ? undefined
    : html`<form method="post" action="${place}/approve" class="card">
${actionField(approveToken)}
<label for="approve-reason">Note <span class="muted">(optional)</span></label>
<input id="approve-reason" name="reason" maxlength="1000">
<button>Approve ${span(request.detail.duration)}</button>
</form>
${narrower.map(
  ({ choice, token }) => html`<form method="post" action="${place}/approve" class="card">
${actionField(token)}
<input type="hidden" name="narrower" value="${choice.id}">
<button class="secondary">Approve less: ${narrowerWords(choice, request)}</button>
</form>`,
)}`
}
<form method="post" action="${place}/reject" class="card">
${actionField(rejectToken)}
<label for="reject-reason">Why not</label>
<input id="reject-reason" name="reason" required maxlength="1000">
<button class="danger">Reject</button>
</form>
</div></section>`;
}

function leaseList(leases: readonly Lease[]): Html {
  return html`<h2>Leases</h2><ul class="plain">${leases.map(
    ({ id, state, expiresAt, endReason }) =>
      html`<li><code>${id}</code> ${state}${endReason === undefined ? undefined : html` (${endReason})`}, until ${moment(expiresAt)}</li>`,
  )}</ul>`;
}
