import { z } from 'zod';
import { escapeControl } from '../../report/escape.ts';
import type { IssuerClient } from './issuer-client.ts';
import { parseAnswer } from './parse-answer.ts';

const detailSchema = z.looseObject({
  target: z.string(),
  type: z.string(),
  actions: z.array(z.string()),
  resources: z.array(z.string()),
  duration: z.number(),
  source_cidrs: z.array(z.string()).optional(),
  reason: z.string().optional(),
  ticket: z.string().optional(),
  not_before: z.string().optional(),
});

const cardSchema = z.looseObject({
  request: z.looseObject({
    id: z.string(),
    state: z.string(),
    sourceIp: z.string(),
    createdAt: z.string(),
    requester: z.looseObject({
      kind: z.string(),
      issuer: z.string(),
      subject: z.string(),
      owners: z.array(z.string()),
    }),
    detail: detailSchema,
    decision: z.looseObject({ rule: z.string(), reasons: z.array(z.string()), policy_revision: z.string() }).optional(),
    approvals: z.array(
      z.looseObject({ approver: z.string(), verdict: z.string(), reason: z.string().optional(), at: z.string() }),
    ),
  }),
  effective: detailSchema,
  hash: z.string(),
  places: z.array(
    z.looseObject({
      from: z.string(),
      count: z.number(),
      level: z.number(),
      open: z.boolean(),
      given: z.array(z.string()),
    }),
  ),
  choices: z.array(z.looseObject({ id: z.string() })),
  seconds_left: z.number().optional(),
  history: z.looseObject({
    days: z.number(),
    requests: z.number(),
    automatic: z.number(),
    approved: z.number(),
    refused: z.number(),
  }),
  risk_level: z.string(),
  extension: z.looseObject({ lease: z.string(), from: z.string(), until: z.string() }).optional(),
  own: z.boolean(),
});

export type CardAnswer = z.output<typeof cardSchema>;

export async function fetchCard(client: IssuerClient, id: string): Promise<CardAnswer> {
  const path = `/api/requests/${encodeURIComponent(id)}/card`;
  return parseAnswer(cardSchema, await client.call({ method: 'GET', path }), client);
}

/** What an approver looks at: who asks what, from where, for how long and why, what policy says of it, and what came before. */
export function cardLines(card: CardAnswer): readonly string[] {
  const { request, effective, history } = card;
  const { requester, detail, decision } = request;
  const owners = requester.owners.length === 0 ? 'no owner known' : `owner ${requester.owners.join(', ')}`;
  const narrower = effective.duration !== detail.duration || effective.actions.length !== detail.actions.length;
  const lines = [
    `${request.id}  ${request.state}, risk ${card.risk_level}${card.own ? ', your own' : ''}`,
    `  who      ${requester.kind}:${requester.subject} of ${requester.issuer} (${owners})`,
    `  what     ${what(detail)}`,
    ...(narrower || effective.resources.length !== detail.resources.length ? [`  left     ${what(effective)}`] : []),
    ...(card.extension === undefined
      ? []
      : [`  extends  ${card.extension.lease} from ${card.extension.from} to ${card.extension.until}`]),
    ...(detail.not_before === undefined ? [] : [`  begins   ${detail.not_before}`]),
    `  from     ${[request.sourceIp, ...(detail.source_cidrs ?? [])].join(', ')}`,
    `  why      ${detail.reason ?? 'no reason'}${detail.ticket === undefined ? '' : `, ticket ${detail.ticket}`}`,
    ...(decision === undefined
      ? []
      : [`  rule     ${decision.rule}: ${decision.reasons.join(', ') || 'no remarks'} (${decision.policy_revision})`]),
    ...card.places.map(
      (place) =>
        `  asks     ${place.given.length}/${place.count} of ${place.from}${place.level === 1 ? '' : ` at level ${place.level}`}` +
        `${place.open ? ', asked now' : ''}${place.given.length === 0 ? '' : `, by ${place.given.join(', ')}`}`,
    ),
    ...card.choices.map(({ id }) => `  choice   ${id}`),
    `  before   ${history.requests} like it in ${history.days} days: ${history.automatic} automatic, ${history.approved} approved, ${history.refused} refused`,
    ...(card.seconds_left === undefined ? [] : [`  left     ${timeLeft(card.seconds_left)} to answer`]),
  ];
  return lines.map(escapeControl);
}

function what({ target, actions, resources, duration }: CardAnswer['effective']): string {
  const on = resources.length === 0 ? '' : ` on ${resources.join(', ')}`;
  return `${target}: ${actions.join(', ')}${on}, ${timeLeft(duration)}`;
}

function timeLeft(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'm'],
    [seconds % 60, 's'],
  ] as const;
  return parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count}${unit}`])).join(' ') || '0s';
}
