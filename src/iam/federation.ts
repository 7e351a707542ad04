import { type Answer, and, or } from '../model/answer.ts';
import type { FederatedTrust, FederationVerdict } from '../model/effective.ts';
import type { Trust } from '../model/trust.ts';
import { type ClaimState, type ClaimTest, claimTestsOf, testClaim, testClaims } from './federation/claim-test.ts';
import { claimPin, githubPin } from './federation/github-subject.ts';
import { type Glob, literalOf, templateOf } from './federation/glob.ts';
import { type Issuer, issuerOf } from './federation/issuer.ts';
import { gitlabPin, plainPin, serviceAccountPin } from './federation/other-subjects.ts';
import { FREE, isWild, narrower, type Pin, verdictOf, wider } from './federation/pin.ts';

/** What is known of a job before it runs. */
export interface WorkflowJob {
  /** The environment that the job names; null when it names none; an expression (`${{ … }}`) is not known. */
  readonly environment: string | null;
  /** `refs/heads/main`, when the run is known to be for that ref. */
  readonly ref?: string;
}

/**
 * Claims of GitHub's token that AWS reads; any other is an absent key to it, so that a positive condition on one never
 * holds. Of other CI hosts it reads the standard ones (reference: IAM condition keys for OIDC federation).
 */
const READ_BY_AWS: Readonly<Record<string, readonly string[]>> = {
  github: [
    ...['sub', 'aud', 'amr', 'actor', 'actor_id', 'repository', 'repository_id', 'workflow', 'ref', 'environment'],
    ...['job_workflow_ref', 'enterprise_id'],
  ],
  gitlab: ['sub', 'aud', 'amr'],
  kubernetes: ['sub', 'aud', 'amr'],
};

/** Claims that are not in every token, so that `…IfExists` on them lets tokens without them through. */
const OPTIONAL = new Set(['environment', 'enterprise_id', 'amr']);

/**
 * How wide an OIDC trust is, or undefined for a trust that is none (also for SAML and for a Deny).
 *
 * Subjects are read by their structure: owner, owner id, repository, repository id, context. The tests of a condition
 * narrow each other, the values of one test widen it. `ForAllValues:` holds for an absent claim and narrows nothing; an
 * exact form with a wildcard in it admits nobody (`dead`).
 */
export function classifyFederation(trust: Trust): FederatedTrust | undefined {
  if (trust.subject.kind !== 'federated' || trust.effect === 'deny' || trust.how === 'assume-saml') return undefined;
  const { issuer } = trust.subject;
  const tests = claimTestsOf(trust.condition, issuer);
  const base = { trust: trust.id, issuer };
  if (tests === undefined) return { ...base, verdict: 'unknown', audience: false, subjects: [] };
  const subjects = tests.filter((test) => test.claim === 'sub' && !test.negated).flatMap((test) => test.values);
  const audience = tests.some(
    (test) => test.claim === 'aud' && narrows(test) && !test.values.some((value) => /^\*+$/.test(value)),
  );
  const verdict = verdictOn(trust.platform, kindOf(issuerOf(issuer), subjects), tests, audience);
  return { ...base, verdict, audience, subjects };
}

/** Whether a federated trust of GitHub admits a job of this repository (`owner/name`). A Deny admits nobody. */
export function admitsWorkflow(trust: Trust, repository: string, job: WorkflowJob): Answer {
  return trust.effect === 'allow' ? matchesWorkflow(trust, repository, job) : 'no';
}

/**
 * Whether the condition of a trust, of either effect, holds for a job. Both forms of the subject are tried, since
 * nothing in a repository says which one its host sends; ids are not known.
 */
export function matchesWorkflow(trust: Trust, repository: string, job: WorkflowJob): Answer {
  if (trust.subject.kind !== 'federated' || issuerOf(trust.subject.issuer).kind !== 'github') return 'no';
  const tests = claimTestsOf(trust.condition, trust.subject.issuer);
  if (tests === undefined) return { if: ['its condition, which could not be read'] };
  const [owner = '', name = ''] = repository.split('/');
  const forms = [[`repo:${owner}/${name}`], [`repo:${owner}@`, `/${name}@`, '']];
  const answers = forms.map((form) =>
    testClaims(tests, (claim) => workflowClaim(trust.platform, claim, repository, job, form)),
  );
  return or(...answers);
}

/** Whether a federated trust of a cluster's issuer admits a service account. A Deny admits nobody. */
export function admitsServiceAccount(trust: Trust, namespace: string, name: string): Answer {
  if (trust.subject.kind !== 'federated' || trust.effect === 'deny') return 'no';
  const { issuer } = trust.subject;
  const tests = claimTestsOf(trust.condition, issuer);
  if (tests === undefined) return { if: ['its condition, which could not be read'] };
  const subjects = tests.filter((test) => test.claim === 'sub').flatMap((test) => test.values);
  const { kind } = kindOf(issuerOf(issuer), subjects);
  if (kind === 'github' || kind === 'gitlab') return 'no';
  const answer = testClaims(tests, (claim) => {
    if (claim === 'sub') return [literalOf(`system:serviceaccount:${namespace}:${name}`)];
    if (claim === 'aud') return 'chosen by the caller';
    return kind === 'kubernetes' && trust.platform === 'aws' ? 'absent' : 'unknown';
  });
  return kind === 'kubernetes' ? answer : and(answer, { if: [`${issuer} is the issuer of the cluster`] });
}

function verdictOn(
  platform: string,
  issuer: Issuer,
  tests: readonly ClaimTest[],
  audience: boolean,
): FederationVerdict {
  let pin: Pin = issuer.own && issuer.kind !== 'kubernetes' ? { ...FREE, owner: 'id' } : FREE;
  let unread = false;
  for (const test of tests) {
    if (test.claim === undefined || test.claim === 'aud') continue;
    const read = platform !== 'aws' || (READ_BY_AWS[issuer.kind]?.includes(test.claim) ?? true);
    if (testClaim(test, read ? 'unknown' : 'absent') === 'no') return 'dead';
    if (test.claim === 'sub' && test.compare === 'null' && test.values.includes('true')) return 'dead';
    if (!read || !narrows(test)) continue;
    const found = pinOf(issuer.kind, test);
    if (found === 'dead') return 'dead';
    if (found === 'unknown') unread = true;
    else pin = narrower(pin, found);
  }
  const verdict = verdictOf(pin);
  // What an unknown issuer's audience stands for (an application, a pool) may narrow as well as a subject does.
  if (verdict === 'open' && (unread || (issuer.kind === 'other' && audience))) return 'unknown';
  return verdict;
}

/** Whether a test can narrow: a positive one that an absent claim does not satisfy. */
function narrows(test: ClaimTest): boolean {
  if (test.negated || test.forAll || test.compare === 'null') return false;
  return !(test.ifExists && test.claim !== undefined && OPTIONAL.has(test.claim));
}

function pinOf(kind: Issuer['kind'], test: ClaimTest): Pin | 'dead' | 'unknown' {
  if (test.compare === 'other') return 'unknown';
  const pins: Pin[] = [];
  for (const value of test.values) {
    if (value.includes('${')) return 'unknown';
    // StringEquals takes a wildcard literally, and no subject has one.
    if (test.compare !== 'like' && isWild(value)) continue;
    const pin = valuePin(kind, test.claim ?? '', value);
    if (pin === 'unknown') return 'unknown';
    if (pin !== 'dead') pins.push(pin);
  }
  return pins.length === 0 ? 'dead' : pins.reduce(wider);
}

function valuePin(kind: Issuer['kind'], claim: string, value: string): Pin | 'dead' | 'unknown' {
  if (kind === 'github') return claim === 'sub' ? githubPin(value) : claimPin(claim, value);
  if (claim !== 'sub') return FREE;
  if (kind === 'gitlab') return gitlabPin(value);
  return kind === 'kubernetes' ? serviceAccountPin(value) : plainPin(value);
}

/** An issuer whose address says nothing may still be known by the subjects that are expected of it. */
function kindOf(issuer: Issuer, subjects: readonly string[]): Issuer {
  if (issuer.kind !== 'other') return issuer;
  if (subjects.some((subject) => subject.startsWith('system:serviceaccount:')))
    return { kind: 'kubernetes', own: true };
  if (subjects.some((subject) => subject.startsWith('project_path:'))) return { kind: 'gitlab', own: false };
  return issuer;
}

function workflowClaim(
  platform: string,
  claim: string,
  repository: string,
  job: WorkflowJob,
  form: readonly string[],
): ClaimState {
  if (platform === 'aws' && !READ_BY_AWS.github?.includes(claim)) return 'absent';
  const { environment, ref } = job;
  const expression = environment?.includes('${{') ?? false;
  switch (claim) {
    case 'sub':
      return contexts(environment, ref, expression).map((context) => subject(form, context));
    case 'aud':
      return 'chosen by the caller';
    case 'repository':
      return [literalOf(repository)];
    case 'repository_owner':
      return [literalOf(repository.split('/')[0] ?? '')];
    case 'ref':
      return ref === undefined ? 'unknown' : [literalOf(ref)];
    case 'environment':
      if (environment === null) return 'absent';
      return expression ? 'unknown' : [literalOf(environment)];
    default:
      return 'unknown';
  }
}

/** What a subject can end in, with a gap where it is not known. The environment decides first, then the event. */
function contexts(environment: string | null, ref: string | undefined, expression: boolean): string[][] {
  if (environment !== null && !expression) return [[`:environment:${environment.replaceAll(':', '%3A')}`]];
  const named = expression ? [[':environment:', '']] : [];
  if (ref !== undefined) return [...named, [`:ref:${ref}`]];
  return [...named, [':ref:refs/heads/', ''], [':ref:refs/tags/', ''], [':pull_request']];
}

function subject(form: readonly string[], context: readonly string[]): Glob {
  const [head = '', ...tail] = context;
  return templateOf(...form.slice(0, -1), `${form.at(-1) ?? ''}${head}`, ...tail);
}
