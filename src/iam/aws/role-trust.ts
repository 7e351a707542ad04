import { type Answer, and, not, or } from '../../model/answer.ts';
import { append } from '../../model/group-by.ts';
import type { Json } from '../../model/json.ts';
import type { Trust } from '../../model/trust.ts';
import type { AwsAccess } from './access.ts';
import { conditionMentions, evaluateCondition } from './conditions.ts';
import type { KeyValue, RequestContext } from './context.ts';
import type { Target } from './population.ts';

/** An answer that trusts give, with the ids of those trusts. */
export interface TrustDecision {
  readonly answer: Answer;
  readonly trusts: readonly string[];
}

/** Who a role lets in, of callers of AWS itself. */
export interface RoleTrust {
  readonly role: Target;
  /** Trusts that name one principal, by its (resolved) id. */
  readonly named: ReadonlyMap<string, readonly Trust[]>;
  /** Trusts that delegate to an account, by account id. */
  readonly delegated: ReadonlyMap<string, readonly Trust[]>;
  readonly anyone: readonly Trust[];
  readonly services: ReadonlyMap<string, readonly Trust[]>;
  readonly denies: readonly Trust[];
  /** Whether what it says of an account's principals is the same for all of them. */
  readonly alike: boolean;
}

/** Keys that tell one caller of an account from another, and variables, which stand for such keys. */
const CALLER_KEYS = ['aws:principal', 'aws:username', 'aws:userid', '${'];
/** What is the same for all callers of an account. */
const ACCOUNT_KEYS = /aws:principal(?:account|orgid|orgpaths|isawsservice)/gi;

/** Whether a condition holds for some callers of an account and not for others. */
export function tellsCallersApart(condition: Json | undefined): boolean {
  if (condition === undefined) return false;
  return conditionMentions(JSON.stringify(condition).replaceAll(ACCOUNT_KEYS, ''), CALLER_KEYS);
}

export function roleTrustOf(role: Target, access: AwsAccess): RoleTrust {
  const into = access.trustsInto.get(role.id) ?? [];
  const trusts = into.filter(({ how }) => how === 'assume');
  const named = new Map<string, Trust[]>();
  const delegated = new Map<string, Trust[]>();
  const services = new Map<string, Trust[]>();
  const anyone: Trust[] = [];
  const denies: Trust[] = [];
  for (const trust of trusts) {
    const { subject } = trust;
    if (trust.effect === 'deny') denies.push(trust);
    else if (subject.kind === 'principal') append(named, access.resolve(subject.id), trust);
    else if (subject.kind === 'account') append(delegated, subject.value, trust);
    else if (subject.kind === 'service') append(services, serviceName(subject.value), trust);
    else if (subject.kind === 'anyone') anyone.push(trust);
  }
  for (const trust of into) {
    const { how, subject, effect } = trust;
    // Identity pools hand roles out as an issuer, and are asked for as the service that they are.
    const pool = how === 'assume-web-identity' && subject.kind === 'federated' && subject.issuer === IDENTITY_POOLS;
    if (pool && effect === 'allow') append(services, serviceName(IDENTITY_POOLS), trust);
  }
  const wide = [...anyone, ...[...delegated.values()].flat()];
  const alike = denies.length === 0 && !wide.some(({ condition }) => tellsCallersApart(condition));
  return {
    role,
    named: orNothing(named),
    delegated: orNothing(delegated),
    anyone: anyone.length === 0 ? NONE : anyone,
    services: orNothing(services),
    denies: denies.length === 0 ? NONE : denies,
    alike,
  };
}

const NOTHING: ReadonlyMap<string, readonly Trust[]> = new Map();
const NONE: readonly Trust[] = [];

/** Of ten thousands of roles most have two of the three empty. */
function orNothing(trusts: ReadonlyMap<string, readonly Trust[]>): ReadonlyMap<string, readonly Trust[]> {
  return trusts.size === 0 ? NOTHING : trusts;
}

const IDENTITY_POOLS = 'cognito-identity.amazonaws.com';

/** What the trusts say, whichever applies. */
export function trustsAnswer(trusts: readonly Trust[], context: RequestContext): TrustDecision {
  let answer: Answer = 'no';
  const ids: string[] = [];
  for (const trust of trusts) {
    const one = evaluateCondition(trust.condition, context);
    if (one === 'no') continue;
    answer = or(answer, and(one, sessionAnswer(trust)));
    ids.push(trust.id);
  }
  return { answer, trusts: ids };
}

/** A trust in one session of a role: whoever starts the session chooses its name. */
function sessionAnswer({ subject }: Trust): Answer {
  const session = subject.kind === 'principal' ? subject.session : undefined;
  return session === undefined ? 'yes' : { if: [`the session is called ${session}`] };
}

/** Whether the trust policy leaves a caller in: the opposite of its Deny statements. */
export function notRefused(
  { denies }: RoleTrust,
  caller: { readonly id: string; readonly account: string },
  resolve: (id: string) => string,
  context: RequestContext,
): Answer {
  const hits = denies.filter(({ subject }) => {
    if (subject.kind === 'principal') return resolve(subject.id) === caller.id;
    return subject.kind === 'anyone' || (subject.kind === 'account' && subject.value === caller.account);
  });
  return not(trustsAnswer(hits, context).answer);
}

/** Whether a service (`ec2`, `ecs-tasks`) of the role's own account can run something as it. */
export function serviceDecision(trust: RoleTrust, service: string): TrustDecision {
  const { role } = trust;
  const keys = new Map<string, KeyValue>([
    ['aws:principalisawsservice', ['true']],
    // What the service makes in this account, it makes for this account.
    ['aws:sourceaccount', [role.account]],
  ]);
  const context: RequestContext = (key) => keys.get(key) ?? 'unknown';
  const admitted = trustsAnswer([...(trust.services.get(service) ?? []), ...trust.anyone], context);
  const refused = trust.denies.filter(
    ({ subject }) =>
      subject.kind === 'anyone' || (subject.kind === 'service' && serviceName(subject.value) === service),
  );
  return { ...admitted, answer: and(admitted.answer, not(trustsAnswer(refused, context).answer)) };
}

const REGION = /\.[a-z]{2}(?:-[a-z]+)+-\d+$/;

/** `states.eu-west-1.amazonaws.com` and `states.amazonaws.com.cn` are both `states`. */
export function serviceName(principal: string): string {
  return principal.replace(/\.amazonaws\.com(?:\.cn)?$/, '').replace(REGION, '');
}
