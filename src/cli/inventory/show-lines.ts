import type { AccessGraph } from '../../graph/access-graph.ts';
import { adminPaths } from '../../graph/paths.ts';
import { grantsOf } from '../../graph/subjects.ts';
import type { Finding } from '../../model/finding.ts';
import { formatLocation } from '../../model/location.ts';
import { describeNode, pathLines, proviso } from '../../report/path-lines.ts';
import { evidenceRows } from './evidence.ts';
import type { OwnerEvidence } from './owners-of.ts';
import { actionsAndResources, nameOfSubject } from './rows.ts';
import type { Subject } from './subject-of.ts';
import { planLines, type SwapPlan } from './swap-plan.ts';

/** What a row is shown with. */
export interface Shown {
  readonly subject: Subject;
  readonly graph: AccessGraph;
  readonly findings: readonly Finding[];
  readonly owners: readonly OwnerEvidence[];
  readonly plan?: SwapPlan;
  readonly now: Date;
}

/** Ways on, and grants, that a terminal shows of one row. */
const MOST = 20;

/** A row whole, for people: what it is, whose, what it can do, how it goes on from there, and what would replace it. */
export function showLines({ subject, graph, findings, owners, plan, now }: Shown): readonly string[] {
  const { id, principal, match, possible } = subject;
  const holder = principal?.id ?? id;
  const permissions = graph.effective.get(holder);
  const path = adminPaths(graph)(subject.grant === undefined && subject.trust === undefined ? id : holder);
  const grants = grantsOf(graph, holder);
  const ways = (permissions?.escalations ?? []).filter(({ answer }) => answer !== 'no');
  return [
    titleOf(subject, graph, now),
    `  id ${id}`,
    ...(principal?.environment === undefined ? [] : [`  environment ${principal.environment}`]),
    ...section('places', subject.locations.map(formatLocation)),
    ...section('belongs to', [
      ...(match === undefined || principal === undefined
        ? []
        : [`${describeNode(principal.id, graph, now)}, by ${match.by} (${match.confidence} confidence)`]),
      ...(possible === undefined
        ? []
        : [
            `not known for certain; by ${possible.by} it may be`,
            ...possible.candidates.map((candidate) => `  ${candidate}`),
          ]),
    ]),
    ...section(
      'owner',
      owners.map(({ value, source, location, of }) => {
        const place = location === undefined ? '' : `  [${formatLocation(location)}]`;
        return `${value} (${source}${of === undefined ? '' : ` of ${of}`})${place}`;
      }),
    ),
    ...section('path to what it can do', path === undefined ? [] : pathLines(path, graph, now)),
    ...section(
      'effective permissions',
      permissions?.privileges.map((privilege) => `${privilege.id}: ${privilege.what}${proviso(privilege.answer)}`) ??
        [],
    ),
    ...section(
      'ways on',
      most(ways, ({ id: how, target, uses, answer, evidence }) => {
        const [proof] = evidenceRows(evidence, graph.inventory).filter(({ location }) => location !== null);
        const place = proof?.location ? `  [${formatLocation(proof.location)}]` : '';
        const to = target === holder ? 'its own rights' : describeNode(target, graph, now);
        return `${how} → ${to} by ${uses.join(' + ')}${proviso(answer)}${place}`;
      }),
    ),
    ...section(
      'grants',
      most(grants, (grant) => {
        const [actions, resources] = actionsAndResources(grant);
        return `${grant.effect} ${actions.replaceAll(',', ', ')} on ${resources.replaceAll(',', ', ')} (${grant.via.join(' › ')})`;
      }),
    ),
    ...section('not seen', permissions?.unseen ?? []),
    ...section('in its place', plan === undefined ? [] : planLines(plan, id)),
    ...section(
      'findings',
      findings.map((finding) => `${finding.severity} ${finding.rule}: ${finding.message}`),
    ),
  ];
}

function titleOf({ id, grant, trust }: Subject, graph: AccessGraph, now: Date): string {
  if (grant !== undefined) {
    const [actions, resources] = actionsAndResources(grant);
    return `${grant.platform} grant: ${grant.effect} ${actions} on ${resources} for ${grant.principal}`;
  }
  if (trust === undefined) return describeNode(id, graph, now);
  return `${trust.platform} trust: ${nameOfSubject(trust.subject)} ${trust.how} ${trust.principal}`;
}

function section(title: string, content: readonly string[]): readonly string[] {
  return content.length === 0 ? [] : ['', title, ...content.map((line) => `  ${line}`)];
}

function most<T>(rows: readonly T[], line: (row: T) => string): readonly string[] {
  const more = rows.length - MOST;
  return [...rows.slice(0, MOST).map(line), ...(more > 0 ? [`and ${more} more; --format json has all of them`] : [])];
}
