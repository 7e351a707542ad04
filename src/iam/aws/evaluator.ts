import { and, or } from '../../model/answer.ts';
import type { EffectivePermissions, Escalation } from '../../model/effective.ts';
import type { Json } from '../../model/json.ts';
import type { Evaluator } from '../evaluator.ts';
import { classifyFederation } from '../federation.ts';
import { readAccess, type Subject } from './access.ts';
import { adminDecision } from './admin.ts';
import { awsAsker } from './asker.ts';
import { bearersOf } from './bearers.ts';
import { privilegesOf } from './capabilities.ts';
import type { Decision } from './decision.ts';
import { Members } from './members.ts';
import { Nearest } from './nearest.ts';
import { ceilingsOf } from './policies.ts';
import { populationOf } from './population.ts';
import { isIdle, type Way, WayFinder } from './ways.ts';

/**
 * Resolves what AWS principals can do. Evaluates those whose policies were read; of the others nothing is known, so they have
 * no entry. A group's entry says what its members have by it, so that joining it leads somewhere.
 * Organization policies count where they were exported; where not, `unseen` names them and they change no answer.
 */
export const awsEvaluator: Evaluator = {
  platform: 'aws',
  asker: awsAsker,
  evaluate(inventory, memory) {
    const access = readAccess(inventory);
    const population = populationOf(access);
    const members = new Members(access, population);
    const finder = new WayFinder(access, population, members);
    const own = new Map<string, OwnPermissions>();
    const known = new Map<string, readonly string[]>();
    const shared = (texts: readonly string[]) => {
      const key = JSON.stringify(texts);
      known.set(key, known.get(key) ?? texts);
      return known.get(key) ?? texts;
    };
    const ways = new Map<string, readonly Way[]>();
    // Only once all ways are known are the nearest of them; what is kept until then is what they lead over, and no policy.
    for (const id of access.askable) {
      const digest = memory === undefined ? '' : access.digest(id);
      const before = memory?.recall(id, digest) as OwnPermissions | undefined;
      if (before !== undefined) {
        own.set(id, { ...before, ...withoutNothing(before), unseen: shared(before.unseen) });
        if (before.idle && !members.invites(id)) continue;
      }
      const subject = access.subject(id);
      if (subject === undefined) continue;
      const shown = asShown(subject);
      const admin = adminDecision(shown);
      if (before === undefined) {
        const now = ownPermissions(subject, shown, admin);
        memory?.remember(id, digest, now as unknown as Json);
        own.set(id, { ...now, unseen: shared(now.unseen) });
      }
      const found = waysOf(shown, admin, finder);
      if (found.length > 0) ways.set(id, found);
    }
    const nearest = new Nearest(
      ways,
      {
        firm: [...own].flatMap(([id, { admin }]) => (admin === 'yes' ? [id] : [])),
        any: [...own].flatMap(([id, { admin }]) => (admin === 'no' ? [] : [id])),
      },
      SHOWN + 1,
    );
    return new Map([
      ...bearersOf(access, members.workloads.all),
      ...[...own].map(([id, { admin, privileges, unread, unseen }]): [string, EffectivePermissions] => [
        id,
        {
          principal: id,
          admin,
          privileges,
          escalations: orNone([
            ...unread,
            ...merged((ways.get(id) ?? []).flatMap((way) => escalationsBy(way, id, nearest))),
          ]),
          federation: orNone((access.trustsInto.get(id) ?? []).flatMap((trust) => classifyFederation(trust) ?? [])),
          unseen,
        },
      ]),
    ]);
  },
};

const NONE: readonly never[] = [];

/** Most principals have nothing to tell of, and share that. */
function orNone<T>(items: readonly T[]): readonly T[] {
  return items.length === 0 ? NONE : items;
}

/** What a principal's own policies say, before it is known where its ways lead. */
interface OwnPermissions extends Pick<EffectivePermissions, 'admin' | 'privileges' | 'unseen'> {
  readonly unread: readonly Escalation[];
  /** They allow none of what ways need: there are none but by what others say of it. */
  readonly idle: boolean;
}

function ownPermissions(subject: Subject, shown: Subject, admin: Decision): OwnPermissions {
  return {
    admin: admin.answer,
    privileges: orNone(privilegesOf(shown, admin)),
    unread: orNone(unreadPolicies(shown)),
    unseen: unseenOf(subject),
    idle: isIdle(shown),
  };
}

/** What was read from a memory shares its empty lists again. */
function withoutNothing({ privileges, unread }: OwnPermissions): Pick<OwnPermissions, 'privileges' | 'unread'> {
  return { privileges: orNone(privileges), unread: orNone(unread) };
}

/**
 * What is judged of a principal that only a state or a template shows: those say what they manage, and what else there may be is
 * `unseen` like an organization's policies. Whoever asks a question is told that it may change the answer.
 */
function asShown(subject: Subject): Subject {
  const unread = subject.policies.unread.filter(({ elsewhere }) => elsewhere !== true);
  return unread.length === subject.policies.unread.length
    ? subject
    : { ...subject, policies: { ...subject.policies, unread } };
}

/** The root user gains nothing any more, and what a service-linked role may do only its service can use. */
function waysOf(subject: Subject, admin: Decision, finder: WayFinder): readonly Way[] {
  if (subject.acts === 'root' || subject.serviceLinked) return [];
  // Who is admin already gains nothing in its own account.
  return admin.answer === 'yes' ? finder.crossings(subject) : finder.waysOf(subject);
}

/** Policies that were not read can give anything: said once, and not as every way there is. */
function unreadPolicies({ principal, policies }: Subject): readonly Escalation[] {
  if (policies.unread.length === 0) return [];
  const names = policies.unread.map(({ what }) => what);
  return [
    {
      id: 'unread-policy',
      answer: { if: names.map((what) => `${what} (not read) allows it`) },
      target: principal.id,
      uses: names,
      evidence: policies.unread.flatMap(({ grant }) => grant ?? []),
    },
  ];
}

function unseenOf(subject: Subject): readonly string[] {
  const { unread } = subject.policies;
  const missing = [...unread, ...ceilingsOf(subject.policies).flatMap((ceiling) => ceiling.unread)].map(
    ({ what }) => what,
  );
  // Neither kind of organization policy affects service-linked roles.
  return [...new Set([...(subject.serviceLinked ? [] : subject.organization.unseen), ...missing])];
}

/** How many targets of one way are written down for one principal: those nearest to admin, so that no path is lost. */
const SHOWN = 10;

function escalationsBy(way: Way, id: string, nearest: Nearest): readonly Escalation[] {
  const { row, decision } = way;
  const actions = [
    ...(row.target ?? []),
    ...(row.policy ?? []),
    ...(row.assume === true ? ['sts:AssumeRole'] : []),
    ...(row.anywhere ?? []),
  ];
  if (way.kind === 'self') {
    const uses = way.over === undefined ? actions : actions.map((action) => `${action} on ${way.over}`);
    return [{ id: row.id, answer: decision.answer, target: id, uses, evidence: decision.grants }];
  }
  const others = nearest.of(way.members).filter(({ target }) => target.id !== id);
  const many = others.length > SHOWN ? ` (one of ${way.members.all.length} targets)` : '';
  const uses = actions.map((action, index) => (index === 0 ? `${action}${many}` : action));
  return others.slice(0, SHOWN).map(({ target, answer, evidence }) => ({
    id: row.id,
    answer: and(decision.answer, answer),
    target: target.id,
    uses,
    evidence: [...new Set([...decision.grants, ...evidence])],
  }));
}

/** A role can let somebody in by several of its trusts: that is one way in. */
function merged(escalations: readonly Escalation[]): readonly Escalation[] {
  const byEnd = new Map<string, Escalation>();
  for (const escalation of escalations) {
    const key = `${escalation.id} ${escalation.target}`;
    const known = byEnd.get(key);
    byEnd.set(
      key,
      known === undefined
        ? escalation
        : {
            ...known,
            answer: or(known.answer, escalation.answer),
            evidence: [...new Set([...known.evidence, ...escalation.evidence])],
          },
    );
  }
  return [...byEnd.values()];
}
