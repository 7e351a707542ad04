import { admitsServiceAccount, admitsWorkflow } from '../iam/federation.ts';
import { type Answer, or } from '../model/answer.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Principal } from '../model/principal.ts';
import type { Trust } from '../model/trust.ts';
import type { Edge } from './access-graph.ts';

/** What trusts are looked up in, made once per graph. */
export interface TrustIndex {
  readonly inventory: Inventory;
  /** Federated trusts by the principal that they lead to. */
  readonly federatedInto: ReadonlyMap<string, readonly Trust[]>;
  readonly workflows: readonly Principal[];
}

export function indexTrusts(inventory: Inventory): TrustIndex {
  const federatedInto = new Map<string, Trust[]>();
  for (const trust of inventory.trusts.values()) {
    if (trust.subject.kind !== 'federated' || trust.effect !== 'allow') continue;
    federatedInto.set(trust.principal, [...(federatedInto.get(trust.principal) ?? []), trust]);
  }
  const workflows = [...inventory.principals.values()].filter(
    (principal) => principal.platform === 'github' && principal.kind === 'workflow',
  );
  return { inventory, federatedInto, workflows };
}

/**
 * The edges that one trust gives. Trusts inside of one platform are resolved by its evaluator (assume a role, run as a service
 * account) and not repeated here; these are the bridges between platforms, where the subject's claim counts as far as the
 * target's own trust confirms it.
 */
export function trustEdges(trust: Trust, index: TrustIndex): readonly Edge[] {
  if (trust.effect === 'deny') return [];
  const { subject } = trust;
  if (subject.kind === 'federated') return workflowEdges(trust, index);
  if (subject.kind !== 'principal') return [];
  const edge = (answer: Answer): Edge => ({
    from: subject.id,
    to: trust.principal,
    how: trust.how,
    answer,
    uses: [DESCRIPTIONS[trust.how] ?? trust.how],
    locations: trust.locations,
  });
  switch (trust.how) {
    case 'annotation':
    case 'logs-in-as':
      return [edge(confirmation(trust, subject.id, index))];
    default:
      return [];
  }
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  annotation: 'cloud identity annotation',
  'logs-in-as': 'OIDC login',
};

/** Whether the target's own trusts admit the subject that claims it. An unread target is an `if`, never a `no`. */
function confirmation(claim: Trust, subjectId: string, index: TrustIndex): Answer {
  const target = index.inventory.principals.get(claim.principal);
  const subject = index.inventory.principals.get(subjectId);
  if (subject === undefined || target?.seen !== 'listed')
    return { if: [`trust policy of ${claim.principal} (not read)`] };
  const own = index.federatedInto.get(claim.principal) ?? [];
  if (subject.platform === 'github') {
    return or('no', ...own.map((trust) => workflowAnswer(trust, subject)));
  }
  if (subject.platform === 'kubernetes') {
    const [, namespace = '', name = ''] = subject.nativeId.split('/').slice(-3);
    return or('no', ...own.map((trust) => admitsServiceAccount(trust, namespace, name)));
  }
  return { if: [`trust policy of ${claim.principal}`] };
}

/** A role that trusts GitHub's tokens is open to every workflow of the inventory that its condition admits. */
function workflowEdges(trust: Trust, index: TrustIndex): readonly Edge[] {
  return index.workflows.map((workflow) => ({
    from: workflow.id,
    to: trust.principal,
    how: 'oidc',
    answer: workflowAnswer(trust, workflow),
    uses: ['OIDC token of the workflow, admitted by the trust policy'],
    locations: trust.locations,
  }));
}

/** Over the jobs of a workflow that may mint an OIDC token. */
function workflowAnswer(trust: Trust, workflow: Principal): Answer {
  const repository = workflow.scope.join('/');
  const jobs = jobsOf(workflow).filter((job) => job.idToken);
  return or('no', ...jobs.map((job) => admitsWorkflow(trust, repository, { environment: job.environment })));
}

function jobsOf(workflow: Principal): readonly { idToken: boolean; environment: string | null }[] {
  const jobs = workflow.attributes?.jobs;
  if (!Array.isArray(jobs)) return [];
  return jobs.flatMap((job) => {
    if (typeof job !== 'object' || job === null || !('id_token' in job)) return [];
    return [
      { idToken: job.id_token === true, environment: typeof job.environment === 'string' ? job.environment : null },
    ];
  });
}
