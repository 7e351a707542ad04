import { admitsServiceAccount } from '../iam/federation.ts';
import { type Answer, or } from '../model/answer.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Principal } from '../model/principal.ts';
import type { Trust } from '../model/trust.ts';
import type { Edge } from './edge.ts';
import { type Workflows, workflowAnswer, workflowsOf } from './workflows.ts';

/** What trusts are looked up in, made once per graph. */
export interface TrustIndex {
  readonly inventory: Inventory;
  /** Federated trusts by the principal that they lead to. */
  readonly federatedInto: ReadonlyMap<string, readonly Trust[]>;
  readonly workflows: Workflows;
  /** Workflows that use an action of their own repository, through other actions too. */
  usersOf(action: string): readonly Principal[];
}

export function indexTrusts(inventory: Inventory): TrustIndex {
  const federatedInto = new Map<string, Trust[]>();
  for (const trust of inventory.trusts.values()) {
    if (trust.subject.kind !== 'federated' || trust.effect !== 'allow') continue;
    const known = federatedInto.get(trust.principal);
    if (known === undefined) federatedInto.set(trust.principal, [trust]);
    else known.push(trust);
  }
  const users = new Map<string, string[]>();
  for (const { how, subject, principal } of inventory.trusts.values()) {
    if (how !== 'uses' || subject.kind !== 'principal') continue;
    const known = users.get(principal);
    if (known === undefined) users.set(principal, [subject.id]);
    else known.push(subject.id);
  }
  const usersOf = (action: string): readonly Principal[] => {
    const all = new Set([action]);
    for (const one of all) for (const user of users.get(one) ?? []) all.add(user);
    return [...all].flatMap((id) => inventory.principals.get(id) ?? []).filter(({ kind }) => kind === 'workflow');
  };
  return { inventory, federatedInto, workflows: workflowsOf(inventory), usersOf };
}

/**
 * The edges that one trust gives. Trusts inside of one platform are resolved by its evaluator (assume a role, run as a service
 * account) and not repeated here; these are the bridges between platforms, where the subject's claim counts as far as the
 * target's own trust confirms it.
 */
export function trustEdges(trust: Trust, index: TrustIndex): readonly Edge[] {
  if (trust.effect === 'deny') return [];
  const { subject, how } = trust;
  if (subject.kind === 'federated') return index.workflows.edgesOf(trust);
  if (subject.kind !== 'principal') return [];
  const claims = how === 'annotation' || how === 'logs-in-as';
  const sure = how === 'uses' || how === 'admitted-as';
  if (!claims && !sure && (how !== 'runs-as' || EVALUATED.has(trust.platform))) return [];
  return [
    {
      from: subject.id,
      to: trust.principal,
      how,
      answer: claims ? confirmation(trust, subject.id, index) : 'yes',
      uses: [DESCRIPTIONS[how] ?? how],
      locations: trust.locations,
      evidence: [
        trust.id,
        ...(claims ? (index.federatedInto.get(trust.principal) ?? []) : []).slice(0, MAX_EVIDENCE).map(({ id }) => id),
      ],
    },
  ];
}

/** Trusts of the target that are named as what confirms a claim. */
const MAX_EVIDENCE = 3;

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  annotation: 'cloud identity annotation',
  'logs-in-as': 'OIDC login',
  'runs-as': 'runs as',
  uses: 'uses what it holds',
  'admitted-as': 'signs in to a role that admits it',
};

/** Platforms whose evaluators say what runs as what. */
const EVALUATED: ReadonlySet<string> = new Set(['aws', 'azure', 'gcp', 'kubernetes']);

/** Whether the target's own trusts admit the subject that claims it. An unread target is an `if`, never a `no`. */
function confirmation(claim: Trust, subjectId: string, index: TrustIndex): Answer {
  const target = index.inventory.principals.get(claim.principal);
  const subject = index.inventory.principals.get(subjectId);
  if (subject === undefined || target?.seen !== 'listed')
    return { if: [`trust policy of ${claim.principal} (not read)`] };
  const own = index.federatedInto.get(claim.principal) ?? [];
  if (subject.platform === 'github') {
    // An action runs in the workflows that use it, with their tokens.
    const workflows = subject.kind === 'workflow' ? [subject] : index.usersOf(subject.id);
    if (workflows.length > 0)
      return or('no', ...own.flatMap((trust) => workflows.map((workflow) => workflowAnswer(trust, workflow))));
  }
  if (subject.platform === 'kubernetes') {
    const [, namespace = '', name = ''] = subject.nativeId.split('/').slice(-3);
    return or('no', ...own.map((trust) => admitsServiceAccount(trust, namespace, name)));
  }
  return { if: [`trust policy of ${claim.principal}`] };
}
