import { type Answer, and, not, or } from '../../model/answer.ts';
import type { Grant } from '../../model/grant.ts';
import { groupBy } from '../../model/group-by.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import type { TrustSubject } from '../../model/trust.ts';
import { anyOf } from './answers.ts';
import { conditionMentions, evaluateCondition } from './conditions.ts';
import type { RequestContext } from './context.ts';
import type { ActionQuestion, Asked } from './question.ts';
import { actionRelation, patternRelation, relationAnswer, resourceRelation } from './relation.ts';
import { policyOf, type Statement, statementOf } from './statement.ts';

/** A statement of a resource policy. */
interface ResourceStatement extends Statement {
  readonly effect: Grant['effect'];
  readonly subjects: readonly TrustSubject[];
  /** Everybody but `subjects`. */
  readonly inverted: boolean;
}

/** A resource with a policy of its own. */
export interface ResourcePolicy {
  readonly resource: Principal;
  readonly statements: readonly ResourceStatement[];
  /** Something of the policy could not be read. */
  readonly unread: boolean;
}

/** Who asks, as far as a resource policy tells callers apart. */
export interface Caller {
  readonly id: string;
  readonly kind: string;
  readonly account: string;
  readonly bounded: boolean;
  readonly context: RequestContext;
  resolve(id: string): string;
}

/** What a resource policy gives a caller, by how it names it, since each kind is limited differently; see `given`. */
export interface Given {
  /** To the user or the session itself: no implicit deny takes it away. */
  readonly direct: Answer;
  /** To the role, whose boundary and session policy still limit it. */
  readonly byRole: Answer;
  /** To the account, so that its own IAM decides. */
  readonly delegated: Answer;
  readonly grants: readonly string[];
}

/** The resource policies of a view, by the ARN of the resource. */
export class ResourcePolicies {
  readonly #byArn = new Map<string, ResourcePolicy>();

  constructor(inventory: Inventory) {
    const grants = groupBy(inventory.grants.select('aws', 'resource'), ({ principal }) => principal);
    for (const resource of inventory.principals.values()) {
      if (resource.platform !== 'aws' || resource.kind !== 'resource') continue;
      const own = grants.get(resource.id) ?? [];
      // A resource can be here for another reason: only its policy, be it an empty one, says what it gives.
      if (own.length === 0 && resource.attributes?.policy_seen !== true) continue;
      const read = own.filter(({ unknownContent }) => unknownContent !== true);
      this.#byArn.set(resource.nativeId, {
        resource,
        statements: read.map((grant) => ({
          ...statementOf(grant, grant),
          policy: `policy of ${policyOf(grant).replace('policy:', '')}`,
          effect: grant.effect,
          subjects: grant.notSubjects ?? grant.subjects ?? [],
          inverted: grant.notSubjects !== undefined,
        })),
        unread: read.length < own.length,
      });
    }
  }

  /** The policy on a resource, or on what holds it: the bucket of an object, the function of a version. */
  of(arn: string): ResourcePolicy | undefined {
    const slash = arn.indexOf('/');
    const holders = [arn, ...(slash < 0 ? [] : [arn.slice(0, slash)]), arn.slice(0, arn.lastIndexOf(':'))];
    return holders.map((holder) => this.#byArn.get(holder)).find((policy) => policy !== undefined);
  }

  /** Those on resources that a pattern can mean. */
  within(pattern: Asked): readonly ResourcePolicy[] {
    return [...this.#byArn].flatMap(([arn, policy]) => {
      const head = patternRelation(pattern.glob, { ...pattern, text: arn, glob: literal(arn), concrete: true });
      const objects = arn.includes(':s3:::') && pattern.text.startsWith(`${arn}/`);
      return head === 'all' || objects ? [policy] : [];
    });
  }

  all(): Iterable<ResourcePolicy> {
    return this.#byArn.values();
  }
}

function literal(text: string): readonly number[] {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}

/** What a policy gives the caller on a resource. Statements that name it in several ways count in each. */
export function given(policy: ResourcePolicy, action: ActionQuestion, resource: Asked, caller: Caller): Given {
  let direct: Answer = policy.unread
    ? { if: [`the policy of ${policy.resource.name} (not all read) allows it`] }
    : 'no';
  let byRole: Answer = 'no';
  let delegated: Answer = 'no';
  const grants: string[] = [];
  for (const statement of policy.statements) {
    if (statement.effect !== 'allow') continue;
    const holds = statementHolds(statement, action, resource, caller.context, false);
    if (holds === 'no') continue;
    const named = namedBy(statement, caller);
    if (named.direct === 'no' && named.byRole === 'no' && named.delegated === 'no') continue;
    direct = or(direct, and(holds, named.direct));
    byRole = or(byRole, and(holds, named.byRole));
    delegated = or(delegated, and(holds, named.delegated));
    grants.push(statement.grant);
  }
  return { direct, byRole, delegated, grants };
}

/** Whether a policy denies it to the caller. `part` as in `denied`. */
export function refused(
  policy: ResourcePolicy,
  action: ActionQuestion,
  resource: Asked,
  caller: Caller,
  part?: 'no',
): Answer {
  const answers = policy.statements.map((statement): Answer => {
    if (statement.effect !== 'deny') return 'no';
    const exception: Answer = part ?? { if: [`${statement.policy} denies a part of it`] };
    return and(statementHolds(statement, action, resource, caller.context, true, exception), hits(statement, caller));
  });
  return anyOf(answers);
}

function statementHolds(
  statement: ResourceStatement,
  action: ActionQuestion,
  resource: Asked,
  context: RequestContext,
  deny: boolean,
  part: Answer = 'no',
): Answer {
  const onAction = relationAnswer(actionRelation(statement.actions, action), part);
  if (onAction === 'no') return 'no';
  const onResource = relationAnswer(resourceRelation(statement.resources, resource, context, deny), part);
  if (onResource === 'no') return 'no';
  return and(onAction, onResource, evaluateCondition(statement.condition, context));
}

const NOBODY = { direct: 'no', byRole: 'no', delegated: 'no' } as const;

/** How an Allow names the caller. */
function namedBy(statement: ResourceStatement, caller: Caller): Pick<Given, 'direct' | 'byRole' | 'delegated'> {
  const matches = statement.subjects.map((subject) => matchOf(subject, caller));
  if (statement.inverted) return { ...NOBODY, direct: not(anyOf(matches.map(({ answer }) => answer))) };
  const of = (...hows: readonly How[]) =>
    anyOf(matches.flatMap(({ how, answer }) => (hows.includes(how) ? [answer] : [])));
  const anyone = of('anyone');
  const role = caller.kind === 'role';
  // For a role, AWS documents that "*" reaches the session itself when a condition names it by aws:PrincipalArn.
  const uncut = !role || conditionMentions(statement.condition, ['aws:principalarn']);
  const wide: Answer = uncut ? anyone : and(anyone, { if: [`${statement.policy} names the session by "*"`] });
  return {
    direct: or(of('session'), role ? 'no' : of('self'), wide),
    byRole: or(role ? of('self') : 'no', anyone),
    delegated: or(of('account'), anyone),
  };
}

/** Whether a Deny reaches the caller. */
function hits(statement: ResourceStatement, caller: Caller): Answer {
  const matches = statement.subjects.map((subject) => matchOf(subject, caller));
  const named = anyOf(matches.map(({ answer }) => answer));
  if (!statement.inverted) return named;
  // Documented: NotPrincipal with Deny always hits principals that have a boundary.
  if (caller.bounded) return 'yes';
  if (named === 'no') return 'yes';
  const self = matches.some(({ how, answer }) => how === 'self' && answer === 'yes');
  const account = matches.some(({ how, answer }) => how === 'account' && answer === 'yes');
  // Documented: a user or role that is left out needs its account left out too, or AWS may deny it all the same.
  if (self && account) return 'no';
  if (account) return 'yes';
  return { if: [`${statement.policy} leaves ${caller.id} out, and not its account or its session`] };
}

type How = 'self' | 'session' | 'account' | 'anyone' | 'other';

function matchOf(subject: TrustSubject, caller: Caller): { readonly how: How; readonly answer: Answer } {
  switch (subject.kind) {
    case 'anyone':
      return { how: 'anyone', answer: 'yes' };
    case 'account':
      return { how: 'account', answer: subject.value === caller.account ? 'yes' : 'no' };
    case 'principal': {
      if (subject.id.startsWith('aws:canonical-user:'))
        return { how: 'account', answer: { if: [`${subject.id.replace('aws:', '')} is account ${caller.account}`] } };
      if (caller.resolve(subject.id) !== caller.id) return { how: 'other', answer: 'no' };
      if (subject.session === undefined) return { how: 'self', answer: 'yes' };
      return { how: 'session', answer: { if: [`the session is called ${subject.session}`] } };
    }
    default:
      return { how: 'other', answer: 'no' };
  }
}
