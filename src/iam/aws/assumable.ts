import { and, not, or } from '../../model/answer.ts';
import type { AwsAccess } from './access.ts';
import { type Decision, decide, denied } from './decision.ts';
import { questionFor } from './known-actions.ts';
import { type Member, MemberSet, type Members } from './members.ts';
import { CERTAIN, isNowhere, onTarget, type Reacher } from './reach.ts';
import { notRefused, type RoleTrust, trustsAnswer } from './role-trust.ts';

/** Roles that a principal can assume, as far as `decision` and each member's own answer go. */
export interface Assumable {
  readonly decision: Decision;
  readonly members: MemberSet;
}

const ASSUME_ROLE = questionFor('sts:AssumeRole');

/**
 * The roles that a principal can assume: its identity policy and the role's trust policy together, or, inside of one account,
 * a trust that names it or anybody.
 *
 * Source: IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation logic".
 */
export function assumableRoles(reacher: Reacher, members: Members, access: AwsAccess): readonly Assumable[] {
  const { subject } = reacher;
  const allowed = reacher.on('role', 'sts:AssumeRole', true);
  const found: Assumable[] = [];
  const delegating = members.delegating(subject.account);
  if (allowed.kind === 'alike') found.push({ decision: allowed.decision, members: delegating });
  else if (!isNowhere(allowed)) found.push({ decision: CERTAIN, members: reacher.within(delegating, [allowed]) });
  const open = members.open(subject.account);
  if (!reacher.refuses('sts:AssumeRole')) found.push({ decision: CERTAIN, members: open });
  else
    found.push({ decision: CERTAIN, members: new MemberSet(open.all.map((member) => unlessDenied(member, reacher))) });
  const particular = new Set([...(members.naming.get(subject.principal.id) ?? []), ...members.particular]);
  const one = [...particular].flatMap(
    (trust) => assumeOne(trust, reacher, onTarget(allowed, trust.role.id), access.resolve) ?? [],
  );
  found.push({ decision: CERTAIN, members: new MemberSet(one) });
  return found.filter((assumable) => assumable.members.all.length > 0);
}

function unlessDenied({ target, answer, evidence }: Member, { subject, policies }: Reacher): Member {
  const refused = denied(policies.deny, ASSUME_ROLE, target.arn, subject.context);
  return { target, answer: and(answer, not(refused)), evidence };
}

/** A trust that is not the same for all callers, or that names this one. */
function assumeOne(
  trust: RoleTrust,
  { subject, policies }: Reacher,
  identity: Decision,
  resolve: (id: string) => string,
): Member | undefined {
  const { context, account, principal } = subject;
  if (trust.role.id === principal.id) return undefined;
  const named = trustsAnswer(trust.named.get(principal.id) ?? [], context);
  // What such a trust says of everybody alike is in the shared sets already.
  const delegated = trustsAnswer(trust.alike ? [] : (trust.delegated.get(account) ?? []), context);
  const anyone = trustsAnswer(trust.alike ? [] : trust.anyone, context);
  const { arn } = trust.role;
  // A boundary still cuts a role that is named, though not a user.
  const bounded =
    principal.kind === 'role' && policies.boundary !== undefined
      ? decide({ ...policies, ...policies.boundary, boundary: undefined }, ASSUME_ROLE, arn, context).answer
      : 'yes';
  const notDenied = not(denied(policies.deny, ASSUME_ROLE, arn, context));
  const home = trust.role.account === account;
  const byTrust = home ? and(or(and(named.answer, bounded), anyone.answer), notDenied) : 'no';
  const byBoth = and(or(named.answer, delegated.answer, anyone.answer), identity.answer);
  const answer = and(or(byTrust, byBoth), notRefused(trust, { id: principal.id, account }, resolve, context));
  const trusts = [...named.trusts, ...delegated.trusts, ...anyone.trusts];
  return { target: trust.role, answer, evidence: [...identity.grants, ...trusts] };
}
