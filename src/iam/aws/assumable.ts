import { and, not, or } from '../../model/answer.ts';
import type { Trust } from '../../model/trust.ts';
import type { AwsAccess, Subject } from './access.ts';
import type { RequestContext } from './context.ts';
import { type Decision, deniedBy, withinCeiling } from './decision.ts';
import { questionFor } from './known-actions.ts';
import { type Member, MemberSet, type Members } from './members.ts';
import type { Ceiling } from './policies.ts';
import { ask } from './question.ts';
import { CERTAIN, isNowhere, onTarget, type Reacher } from './reach.ts';
import { refusedByOrganization } from './resource-control.ts';
import { notRefused, type RoleTrust, trustsAnswer } from './role-trust.ts';

/** Roles that a principal can assume, as far as `decision` and each member's own answer go. */
export interface Assumable {
  readonly decision: Decision;
  readonly members: MemberSet;
}

const ASSUME_ROLE = questionFor('sts:AssumeRole');
const ANY_ROLE = ask('*');

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
  // Nothing of what the organization keeps from everybody is open.
  const { levels } = subject.policies.organization;
  const limited =
    reacher.refuses('sts:AssumeRole') ||
    levels.some((level) => withinCeiling(level, ASSUME_ROLE, ANY_ROLE, subject.context) !== 'yes');
  if (!limited) found.push({ decision: CERTAIN, members: open });
  else
    found.push({ decision: CERTAIN, members: new MemberSet(open.all.map((member) => unlessDenied(member, reacher))) });
  const particular = new Set([...(members.naming.get(subject.principal.id) ?? []), ...members.particular]);
  const one = [...particular].flatMap(
    (trust) =>
      assumeOne(trust, { ...subject, policies: reacher.policies }, onTarget(allowed, trust.role.id), access) ?? [],
  );
  found.push({ decision: CERTAIN, members: new MemberSet(one) });
  return found.filter((assumable) => assumable.members.all.length > 0);
}

function unlessDenied({ target, answer, evidence }: Member, { subject, policies }: Reacher): Member {
  const { levels } = policies.organization;
  const within = levels.map((level) => withinCeiling(level, ASSUME_ROLE, target.arn, subject.context));
  const refused = deniedBy(policies, ASSUME_ROLE, target.arn, subject.context);
  return { target, answer: and(answer, ...within, not(refused)), evidence };
}

/**
 * Whether a principal can assume a role, all of its trusts considered.
 *
 * @param identity what its own policies say of it
 */
export function assumeAnswer(
  trust: RoleTrust,
  subject: Subject,
  identity: Decision,
  access: AwsAccess,
  context: RequestContext = subject.context,
): Member {
  return assumeBy(trust, wideTrusts(trust, subject.account), subject, identity, access, context);
}

/** What a trust says to everybody alike. */
function wideTrusts(trust: RoleTrust, account: string): WideTrusts {
  return { delegated: trust.delegated.get(account) ?? [], anyone: trust.anyone };
}

interface WideTrusts {
  readonly delegated: readonly Trust[];
  readonly anyone: readonly Trust[];
}

/** A trust that is not the same for all callers, or that names this one. */
function assumeOne(trust: RoleTrust, subject: Subject, identity: Decision, access: AwsAccess): Member | undefined {
  if (trust.role.id === subject.principal.id) return undefined;
  // What such a trust says of everybody alike is in the shared sets already.
  const wide = trust.alike ? { delegated: [], anyone: [] } : wideTrusts(trust, subject.account);
  return assumeBy(trust, wide, subject, identity, access, subject.context);
}

function assumeBy(
  trust: RoleTrust,
  wide: WideTrusts,
  subject: Subject,
  identity: Decision,
  access: AwsAccess,
  context: RequestContext,
): Member {
  const { account, principal, policies } = subject;
  const named = trustsAnswer(trust.named.get(principal.id) ?? [], context);
  const delegated = trustsAnswer(wide.delegated, context);
  const anyone = trustsAnswer(wide.anyone, context);
  const { arn } = trust.role;
  const through = (ceiling: Ceiling | undefined) =>
    ceiling === undefined ? 'yes' : withinCeiling(ceiling, ASSUME_ROLE, arn, context);
  // A boundary still cuts a role that is named, though not a user; the organization cuts everybody.
  const bounded = principal.kind === 'role' ? and(through(policies.boundary), through(policies.session)) : 'yes';
  const organization = and(...policies.organization.levels.map(through));
  const notDenied = not(deniedBy(policies, ASSUME_ROLE, arn, context));
  const home = trust.role.account === account;
  const byTrust = home ? and(or(and(named.answer, bounded), anyone.answer), organization, notDenied) : 'no';
  const byBoth = and(or(named.answer, delegated.answer, anyone.answer), identity.answer);
  const rcp = access.organizations.of(trust.role.account).resourceDeny;
  const answer = and(
    or(byTrust, byBoth),
    notRefused(trust, { id: principal.id, account }, access.resolve, context),
    subject.serviceLinked ? 'yes' : not(refusedByOrganization(rcp, ASSUME_ROLE, arn, context)),
  );
  const trusts = [...named.trusts, ...delegated.trusts, ...anyone.trusts];
  return { target: trust.role, answer, evidence: [...identity.grants, ...trusts] };
}
