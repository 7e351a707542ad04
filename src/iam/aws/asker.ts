import { type Answer, and, not, or } from '../../model/answer.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { AccessAnswer, AccessQuestion } from '../evaluator.ts';
import { type AwsAccess, readAccess, type Subject } from './access.ts';
import { anyOf } from './answers.ts';
import { assumeAnswer } from './assumable.ts';
import { bearersOf } from './bearers.ts';
import { type KeyValue, type RequestContext, withKeys } from './context.ts';
import { allowed, type Decision, decide, decideSome, deniedBy, withinCeiling } from './decision.ts';
import { RESOURCE_SERVICES } from './escalations.ts';
import { questionFor } from './known-actions.ts';
import type { Ceiling } from './policies.ts';
import { populationOf } from './population.ts';
import { type ActionQuestion, type Asked, ask } from './question.ts';
import { refusedByOrganization } from './resource-control.ts';
import { type Caller, type Given, given, ResourcePolicies, refused } from './resource-policies.ts';
import { roleTrustOf } from './role-trust.ts';
import { Workloads } from './workloads.ts';

/**
 * Prepares questions about single principals: the side of the caller (its policies, boundary, session, organization), the side of
 * the resource (its own policy, resource control policies, the trust of a role, the policy of a key), and how the two combine
 * inside of one account and across accounts.
 *
 * A question about a pattern asks for all that it matches; then resource policies can take something away and give nothing.
 *
 * Source: IAM User Guide, "Policy evaluation logic", "Policy evaluation for requests within a single account", "Cross-account
 * policy evaluation logic".
 */
export function awsAsker(inventory: Inventory): (principal: string, question: AccessQuestion) => AccessAnswer {
  const access = readAccess(inventory);
  const asker = new Asker(access);
  const bearers = bearersOf(access, new Workloads(inventory, access.resolve).all);
  const answerOf = (id: string, question: AccessQuestion): AccessAnswer => {
    const { action, resource } = question;
    const subject = access.subject(access.resolve(id));
    if (subject === undefined) {
      // What runs as a role, or may use one, can do what the role can.
      const borne = bearers.get(id)?.escalations ?? [];
      if (borne.length === 0) return { answer: { if: [`policies of ${id} (not read)`] }, grants: [], trusts: [] };
      const found = borne.map(({ target, evidence }) => ({ ...answerOf(target, question), evidence }));
      const some = found.filter(({ answer }) => answer !== 'no');
      return {
        answer: anyOf(some.map(({ answer }) => answer)),
        grants: [...new Set(some.flatMap(({ grants }) => grants))],
        trusts: [...new Set(some.flatMap(({ evidence, trusts }) => [...evidence, ...trusts]))],
      };
    }
    const { answer, grants, trusts } = asker.ask(subject, questionFor(action), resource);
    if (answer === 'no') return { answer, grants: [], trusts: [] };
    const holders = new Set(grants.map((grant) => inventory.grants.get(grant)?.principal));
    const memberships = subject.memberships.filter(({ principal }) => holders.has(principal)).map((trust) => trust.id);
    return { answer, grants: [...new Set(grants)], trusts: [...new Set([...memberships, ...trusts])] };
  };
  return answerOf;
}

/** Keys of a request that only temporary credentials can have: a long-term key has none of them. */
const LONG_TERM = new Map<string, KeyValue>([
  ['aws:multifactorauthpresent', 'absent'],
  ['aws:multifactorauthage', 'absent'],
  ['aws:tokenissuetime', 'absent'],
]);

class Asker {
  readonly #access: AwsAccess;
  readonly #policies: ResourcePolicies;
  readonly #roles: ReturnType<typeof populationOf>;

  constructor(access: AwsAccess) {
    this.#access = access;
    this.#policies = new ResourcePolicies(access.inventory);
    this.#roles = populationOf(access);
  }

  ask(subject: Subject, action: ActionQuestion, resource: string | undefined): AccessAnswer {
    const asked = (context: RequestContext) =>
      resource === undefined
        ? this.#anywhere(subject, action, context)
        : this.#on(subject, action, ask(resource), context);
    const first = asked(subject.context);
    if (first.answer === 'yes' || subject.acts !== 'user') return first;
    // A user chooses how it calls: with its key as it is, or with a session that it got with a second factor.
    const second = asked(withKeys(subject.context, LONG_TERM));
    return {
      answer: or(first.answer, second.answer),
      grants: [...first.grants, ...second.grants],
      trusts: [...first.trusts, ...second.trusts],
    };
  }

  #anywhere(subject: Subject, action: ActionQuestion, context: RequestContext): AccessAnswer {
    const { service = '*' } = action;
    const kinds = (RESOURCE_SERVICES[service] ?? [service]).map((name) => ask(`arn:${subject.partition}:${name}:*`));
    const own = decideSome(subject.policies, action, kinds, context);
    const found: Answers = [{ ...own, answer: and(own.answer, sideOfTheResource(action)), trusts: [] }];
    for (const { resource } of this.#policies.all()) {
      if (service !== '*' && resource.nativeId.split(':')[2] !== service) continue;
      const objects = service === 's3' ? [`${resource.nativeId}/*`] : [];
      for (const arn of [resource.nativeId, ...objects]) found.push(this.#on(subject, action, ask(arn), context));
    }
    const some = found.filter(({ answer }) => answer !== 'no');
    return {
      answer: anyOf(some.map(({ answer }) => answer)),
      grants: some.flatMap(({ grants }) => grants),
      trusts: some.flatMap(({ trusts }) => trusts),
    };
  }

  #on(subject: Subject, action: ActionQuestion, resource: Asked, base: RequestContext): AccessAnswer {
    const parts = resource.text.split(':');
    const policy = resource.concrete || isObjects(resource) ? this.#policies.of(resource.text) : undefined;
    const owner = accountOf(parts[4]) ?? accountOf(policy?.resource.attributes?.account);
    const context = this.#withResource(base, owner);
    if (action.text === 'sts:assumerole') return this.#assume(subject, resource, context);
    const caller = this.#caller(subject, context);
    const byResource: Given | undefined = policy && given(policy, action, resource, caller);
    const side = this.#callerSide(subject, action, resource, context);
    const answerFor = (account: string) =>
      account === subject.account
        ? within(side, byResource, keyPolicy(action, resource))
        : across(side, byResource, parts[2] ?? '', resource.text);
    let answer: Answer;
    if (owner !== undefined) answer = answerFor(owner);
    // The ARN of a bucket has no account: without its policy it is taken for one of the account that asks.
    else if (policy === undefined || parts[4] !== '') answer = answerFor(subject.account);
    else
      answer = either(
        answerFor(subject.account),
        answerFor(''),
        `${policy.resource.name} belongs to ${subject.account}`,
      );
    const denies = [
      ...(policy === undefined ? this.#policies.within(resource) : [policy]).map((one) =>
        refused(one, action, resource, caller, undefined),
      ),
      ...(subject.serviceLinked ? [] : [this.#resourceControl(subject, owner, action, resource, context)]),
    ];
    return {
      answer: and(answer, not(anyOf(denies))),
      grants: [...side.identity.grants, ...(byResource?.grants ?? [])],
      trusts: [],
    };
  }

  #callerSide({ policies }: Subject, action: ActionQuestion, resource: Asked, context: RequestContext): CallerSide {
    const through = (ceiling: Ceiling | undefined): Answer =>
      ceiling === undefined ? 'yes' : withinCeiling(ceiling, action, resource, context);
    const { boundary, session, organization } = policies;
    return {
      identity: allowed(policies.allow, policies.unread, action, resource, context),
      cut: and(through(boundary), through(session)),
      always: and(
        ...organization.levels.map((level) => through(level)),
        not(deniedBy(policies, action, resource, context)),
      ),
    };
  }

  /** A role: its trust decides together with the caller's policies. A pattern of roles: their trusts are not asked. */
  #assume(subject: Subject, resource: Asked, context: RequestContext): AccessAnswer {
    const identity = decide(subject.policies, questionFor('sts:AssumeRole'), resource, context);
    const id = this.#access.resolve(`aws:role:${resource.text}`);
    const role = this.#roles.byId.get(id);
    if (role === undefined || !this.#access.trustsInto.has(id)) {
      const trust: Answer = {
        if: [
          resource.concrete
            ? `the trust policy of ${resource.text} (not read) allows it`
            : 'the trust policies of the roles allow it',
        ],
      };
      return { answer: and(identity.answer, trust), grants: identity.grants, trusts: [] };
    }
    const member = assumeAnswer(roleTrustOf(role, this.#access), subject, identity, this.#access, context);
    const { grants: known, trusts } = this.#access.inventory;
    return {
      answer: member.answer,
      grants: member.evidence.filter((one) => known.has(one)),
      trusts: member.evidence.filter((one) => trusts.has(one)),
    };
  }

  #caller({ principal, account, policies }: Subject, context: RequestContext): Caller {
    return {
      id: principal.id,
      kind: principal.kind,
      account,
      bounded: policies.boundary !== undefined,
      context,
      resolve: (id) => (principal.kind === 'root' ? id : this.#access.resolve(id)),
    };
  }

  #resourceControl(
    subject: Subject,
    owner: string | undefined,
    action: ActionQuestion,
    resource: Asked,
    context: RequestContext,
  ): Answer {
    const { resourceDeny } = this.#access.organizations.of(owner ?? subject.account);
    return refusedByOrganization(resourceDeny, action, resource, context);
  }

  #withResource(context: RequestContext, owner: string | undefined): RequestContext {
    if (owner === undefined) return context;
    const { organization, path } = this.#access.organizations.of(owner);
    return withKeys(
      context,
      new Map<string, KeyValue>([
        ['aws:resourceaccount', [owner]],
        ...(organization === undefined ? [] : [['aws:resourceorgid', [organization]] as const]),
        ...(path === undefined ? [] : [['aws:resourceorgpaths', [path]] as const]),
      ]),
    );
  }
}

type Answers = AccessAnswer[];

interface CallerSide {
  readonly identity: Decision;
  /** What boundary and session let through. */
  readonly cut: Answer;
  /** What counts whichever policy gives: the organization's levels, and every explicit Deny. */
  readonly always: Answer;
}

/** Inside of one account either side is enough, and each way of naming the caller is limited in its own way. */
function within(side: CallerSide, policy: Given | undefined, key: Answer | undefined): Answer {
  const byIdentity = and(side.identity.answer, side.cut);
  // The policy of a key must let the account's IAM decide: an identity policy alone gives nothing on it.
  const delegated = key === undefined ? 'yes' : (policy?.delegated ?? key);
  if (policy === undefined) return and(byIdentity, delegated, side.always);
  return and(or(and(byIdentity, delegated), policy.direct, and(policy.byRole, side.cut)), side.always);
}

/** Across accounts both sides must allow. */
function across(side: CallerSide, policy: Given | undefined, service: string, resource: string): Answer {
  const both = and(side.identity.answer, side.cut, side.always);
  if (WITHOUT_RESOURCE_POLICIES.has(service)) return 'no';
  if (policy === undefined) return and(both, { if: [`a policy of ${resource} (not read) allows it from outside`] });
  return and(both, or(policy.direct, policy.byRole, policy.delegated));
}

/** Nothing of these can be reached from another account but by assuming a role there. */
const WITHOUT_RESOURCE_POLICIES: ReadonlySet<string> = new Set(['iam']);

/** Calls to the key service that are about no key. */
const KEYLESS = /^kms:(?:createkey|listkeys|listaliases|generaterandom|.*customkeystores?)$/;

/** Set where the policy of a key must allow as well: what that comes to while it was not read. */
function keyPolicy(action: ActionQuestion, resource: Asked): Answer | undefined {
  if (action.service !== 'kms' || KEYLESS.test(action.text)) return undefined;
  return { if: [`the policy of ${resource.concrete ? resource.text : 'each key'} (not read) allows it`] };
}

/** Where nothing can be done without the resource's own policy, and no resource is named. */
function sideOfTheResource(action: ActionQuestion): Answer {
  if (action.text === 'sts:assumerole') return { if: ['the trust policy of a role allows it'] };
  return keyPolicy(action, ANYTHING) ?? 'yes';
}

const ANYTHING = ask('*');

function either(one: Answer, other: Answer, which: string): Answer {
  if (one === other) return one;
  return or(and(one, { if: [which] }), and(other, { if: [`not (${which})`] }));
}

/** All objects of one bucket, or of a part of it: the bucket's own policy speaks of them. */
function isObjects({ text }: Asked): boolean {
  return /^arn:[^:]*:s3:::[^*?/]+\//.test(text);
}

function accountOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{12}$/.test(value) ? value : undefined;
}
