import { createHash } from 'node:crypto';
import { claimTestsOf } from '../iam/federation/claim-test.ts';
import { issuerOf } from '../iam/federation/issuer.ts';
import { admitsWorkflow } from '../iam/federation.ts';
import { type Answer, or, possible } from '../model/answer.ts';
import { canonicalJson } from '../model/canonical-json.ts';
import { append } from '../model/group-by.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Principal } from '../model/principal.ts';
import type { Trust } from '../model/trust.ts';
import { type Edge, hubId } from './edge.ts';

/** The workflows of a view, looked up by what trusts say of them. */
export interface Workflows {
  /** A role that trusts GitHub's tokens is open to every workflow of the inventory that its condition admits. */
  edgesOf(trust: Trust): readonly Edge[];
}

const USES = 'OIDC token of the workflow, admitted by the trust policy';

/**
 * Workflows that mint OIDC tokens, by repository and by owner. A trust that names its repositories is asked about their
 * workflows only; conditions that many principals share are asked once, and what they admit goes through one hub.
 */
export function workflowsOf(inventory: Inventory): Workflows {
  const minting: Principal[] = [];
  const byRepository = new Map<string, Principal[]>();
  const byOwner = new Map<string, Principal[]>();
  for (const principal of inventory.principals.values()) {
    if (principal.platform !== 'github' || principal.kind !== 'workflow') continue;
    if (!jobsOf(principal).some(({ idToken }) => idToken)) continue;
    minting.push(principal);
    append(byRepository, principal.scope.join('/'), principal);
    append(byOwner, principal.scope[0] ?? '', principal);
  }
  const sharing = minting.length === 0 ? new Map<string, number>() : countConditions(inventory);
  const admitted = new Map<string, readonly { workflow: Principal; answer: Answer }[]>();
  const told = new Set<string>();

  const candidates = (trust: Trust): readonly Principal[] => {
    const reach = reachOf(trust);
    if (reach.repositories !== undefined) return reach.repositories.flatMap((name) => byRepository.get(name) ?? []);
    return reach.owners === undefined ? minting : reach.owners.flatMap((name) => byOwner.get(name) ?? []);
  };
  const admittedBy = (trust: Trust, key: string) => {
    const known = admitted.get(key);
    if (known !== undefined) return known;
    const found = candidates(trust)
      .map((workflow) => ({ workflow, answer: workflowAnswer(trust, workflow) }))
      .filter(({ answer }) => possible(answer));
    admitted.set(key, found);
    return found;
  };

  return {
    edgesOf(trust) {
      if (minting.length === 0 || !isGithub(trust)) return [];
      const key = conditionKey(trust);
      const found = admittedBy(trust, key);
      if (found.length === 0) return [];
      const proof = { how: 'oidc', locations: trust.locations, evidence: [trust.id] };
      if ((sharing.get(key) ?? 0) < 2 || found.length < 2)
        return found.map(({ workflow, answer }) => ({
          from: workflow.id,
          to: trust.principal,
          answer,
          uses: [USES],
          ...proof,
        }));
      const hub = hubId(`oidc:${key}`);
      const out: Edge = { from: hub, to: trust.principal, answer: 'yes', uses: [USES], ...proof };
      if (told.has(key)) return [out];
      told.add(key);
      return [
        out,
        ...found.map(({ workflow, answer }) => ({
          from: workflow.id,
          to: hub,
          how: 'oidc',
          answer,
          uses: [],
          locations: [],
          evidence: [],
        })),
      ];
    },
  };
}

/** Over the jobs of a workflow that may mint an OIDC token. */
export function workflowAnswer(trust: Trust, workflow: Principal): Answer {
  const repository = workflow.scope.join('/');
  const environments = new Set(jobsOf(workflow).flatMap((job) => (job.idToken ? [job.environment] : [])));
  return or('no', ...[...environments].map((environment) => admitsWorkflow(trust, repository, { environment })));
}

function isGithub(trust: Trust): boolean {
  const { subject, effect } = trust;
  return effect === 'allow' && subject.kind === 'federated' && issuerOf(subject.issuer).kind === 'github';
}

function countConditions(inventory: Inventory): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const trust of inventory.trusts.values()) {
    if (!isGithub(trust)) continue;
    const key = conditionKey(trust);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Trusts with the same key admit the same workflows. */
function conditionKey({ platform, subject, condition }: Trust): string {
  const issuer = subject.kind === 'federated' ? subject.issuer : '';
  return createHash('sha256')
    .update(canonicalJson([platform, issuer, condition ?? null]))
    .digest('hex')
    .slice(0, 24);
}

/** The repositories, or the owners, that a condition cannot reach beyond; neither, where it names none. */
function reachOf(trust: Trust): { readonly repositories?: readonly string[]; readonly owners?: readonly string[] } {
  const issuer = trust.subject.kind === 'federated' ? trust.subject.issuer : '';
  let owners: readonly string[] | undefined;
  for (const test of claimTestsOf(trust.condition, issuer) ?? []) {
    if (test.negated || test.ifExists || test.forAll || test.values.length === 0) continue;
    if (test.compare !== 'equals' && test.compare !== 'like') continue;
    if (test.claim !== 'sub' && test.claim !== 'repository') continue;
    const names = test.values.map((value) => namesIn(test.claim === 'sub' ? value : `repo:${value}:`));
    if (!names.every((name) => name !== undefined)) continue;
    if (names.every(({ repository }) => repository !== undefined))
      return { repositories: [...new Set(names.map(({ owner, repository }) => `${owner}/${repository}`))] };
    owners = [...new Set(names.map(({ owner }) => owner))];
  }
  return owners === undefined ? {} : { owners };
}

/** Owner and repository of a subject, in both of its forms, as far as no wildcard leaves them open. */
function namesIn(subject: string): { readonly owner: string; readonly repository?: string } | undefined {
  const [, owner, rest = ''] = /^repo:([^/@:*?${}]+)(?:@[^/]*)?\/(.*)$/.exec(subject) ?? [];
  if (owner === undefined) return undefined;
  const repository = /^([^/@:*?${}]+)(?:@[^:*?]*)?:/.exec(rest)?.[1];
  return repository === undefined ? { owner } : { owner, repository };
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
