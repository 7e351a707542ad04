import { describe, expect, test } from 'vitest';
import { admitsServiceAccount, admitsWorkflow, classifyFederation, matchesWorkflow } from '../../src/iam/federation.ts';
import type { Json } from '../../src/model/json.ts';
import type { Trust } from '../../src/model/trust.ts';

const GITHUB = 'token.actions.githubusercontent.com';
const EKS = 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE0123456789';

function trust(condition: Json | undefined, issuer = GITHUB, changes: Partial<Trust> = {}): Trust {
  return {
    id: 'trust:1',
    platform: 'aws',
    principal: 'aws:role:arn:aws:iam::111122223333:role/deploy',
    subject: { kind: 'federated', issuer },
    declaredBy: 'target',
    effect: 'allow',
    how: 'assume-web-identity',
    ...(condition === undefined ? {} : { condition }),
    locations: [],
    ...changes,
  };
}

function like(...subjects: string[]): Json {
  return { StringLike: { [`${GITHUB}:sub`]: subjects } };
}

function equals(...subjects: string[]): Json {
  return { StringEquals: { [`${GITHUB}:sub`]: subjects } };
}

describe('verdicts on GitHub subjects (effective-permissions 6.2)', () => {
  test.each<[string, Json | undefined, string]>([
    // No condition that names an owner or repository.
    ['no condition at all', undefined, 'open'],
    ['an audience only', { StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com' } }, 'open'],
    ['a wildcard subject', like('*'), 'open'],
    ['the environment alone', { StringEquals: { [`${GITHUB}:environment`]: 'production' } }, 'open'],
    ['the ref alone', { StringEquals: { [`${GITHUB}:ref`]: 'refs/heads/main' } }, 'open'],
    ['the workflow alone', { StringEquals: { [`${GITHUB}:workflow`]: 'deploy' } }, 'open'],
    [
      'the called workflow alone',
      { StringEquals: { [`${GITHUB}:job_workflow_ref`]: 'o/r/.github/workflows/a.yml@refs/heads/main' } },
      'open',
    ],
    ['a negated subject', { StringNotLike: { [`${GITHUB}:sub`]: 'repo:evil/*' } }, 'open'],
    ['another key only', { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }, 'open'],
    [
      'ForAllValues, which an absent claim satisfies',
      { 'ForAllValues:StringLike': { [`${GITHUB}:sub`]: 'repo:octo/app:*' } },
      'open',
    ],
    ['one open value beside an exact one', like('repo:octo/app:ref:refs/heads/main', '*'), 'open'],
    ['Null, which only asks for presence', { Null: { [`${GITHUB}:sub`]: 'false' } }, 'open'],
    // Owner globbed.
    ['any owner', like('repo:*'), 'wildcard-owner'],
    ['any owner, fixed name', like('repo:*/app:ref:refs/heads/main'), 'wildcard-owner'],
    ['a prefix of an owner', like('repo:octo*'), 'wildcard-owner'],
    ['a prefix of an owner with a repository', like('repo:octo*/app:*'), 'wildcard-owner'],
    ['one character of an owner', like('repo:oct?/app:ref:refs/heads/main'), 'wildcard-owner'],
    ['a wildcard before the first colon', like('*octo/app:ref:refs/heads/main'), 'wildcard-owner'],
    // Organization.
    ['all repositories', like('repo:octo/*'), 'organization-wide'],
    ['all repositories, one environment', like('repo:octo/*:environment:production'), 'organization-wide'],
    ['a prefix of a repository', like('repo:octo/app*'), 'organization-wide'],
    ['a repository whose end is open', like('repo:octo/app-*:ref:refs/heads/main'), 'organization-wide'],
    ['all repositories, immutable owner', like('repo:octo@1234/*'), 'organization-wide'],
    ['an owner whose id is open', like('repo:octo@*'), 'organization-wide'],
    ['ids open and nothing behind', like('repo:octo@*/app@*'), 'organization-wide'],
    ['the enterprise alone', { StringEquals: { [`${GITHUB}:enterprise_id`]: '77' } }, 'organization-wide'],
    ['a customized subject with the owner', like('repository_owner:octo:*'), 'organization-wide'],
    // Any ref.
    ['any context', like('repo:octo/app:*'), 'any-ref'],
    ['any branch', like('repo:octo/app:ref:refs/heads/*'), 'any-ref'],
    ['a prefix of branches', like('repo:octo/app:ref:refs/heads/release/*'), 'any-ref'],
    ['any environment', like('repo:octo/app:environment:*'), 'any-ref'],
    ['pull requests', equals('repo:octo/app:pull_request'), 'any-ref'],
    ['any context, immutable', like('repo:octo@12/app@34:*'), 'any-ref'],
    ['the repository claim', { StringEquals: { [`${GITHUB}:repository`]: 'octo/app' } }, 'any-ref'],
    ['the repository id', { StringEquals: { [`${GITHUB}:repository_id`]: '34' } }, 'any-ref'],
    [
      'an exact ref beside pull requests',
      equals('repo:octo/app:ref:refs/heads/main', 'repo:octo/app:pull_request'),
      'any-ref',
    ],
    ['a customized subject of the repository only', equals('repo:octo/app'), 'any-ref'],
    // Exact.
    ['a branch by name', equals('repo:octo/app:ref:refs/heads/main'), 'name-only'],
    ['a branch by name, like', like('repo:octo/app:ref:refs/heads/main'), 'name-only'],
    ['an environment by name', equals('repo:octo/app:environment:production'), 'name-only'],
    ['ids given up', like('repo:octo@*/app@*:ref:refs/heads/main'), 'name-only'],
    ['both forms', equals('repo:octo/app:environment:p', 'repo:octo@12/app@34:environment:p'), 'name-only'],
    [
      'two tests that meet',
      {
        StringLike: { [`${GITHUB}:sub`]: 'repo:octo/*:environment:p' },
        StringEquals: { [`${GITHUB}:repository`]: 'octo/app' },
      },
      'name-only',
    ],
    ['an immutable branch', equals('repo:octo@12/app@34:ref:refs/heads/main'), 'exact'],
    ['an immutable repository, open owner id', like('repo:octo@*/app@34:ref:refs/heads/main'), 'exact'],
    [
      'a name with the id beside it',
      { StringEquals: { [`${GITHUB}:sub`]: 'repo:octo/app:ref:refs/heads/main', [`${GITHUB}:repository_id`]: '34' } },
      'exact',
    ],
    [
      'IfExists on a claim that is always there',
      { StringEqualsIfExists: { [`${GITHUB}:sub`]: 'repo:octo@12/app@34:environment:p' } },
      'exact',
    ],
    [
      'operators and keys in other capitals',
      { stringequals: { [`${GITHUB.toUpperCase()}:Sub`]: 'repo:octo@12/app@34:environment:p' } },
      'exact',
    ],
    // Dead.
    ['StringEquals with a wildcard', equals('repo:octo/*'), 'dead'],
    ['a claim that AWS does not read', { StringEquals: { [`${GITHUB}:repository_owner`]: 'octo' } }, 'dead'],
    [
      'such a claim beside a good one',
      { StringEquals: { [`${GITHUB}:sub`]: 'repo:octo/app:pull_request', [`${GITHUB}:repository_owner`]: 'octo' } },
      'dead',
    ],
    ['an owner id without a repository id', equals('repo:octo@12/app:ref:refs/heads/main'), 'dead'],
    ['a repository id without an owner id', equals('repo:octo/app@34:ref:refs/heads/main'), 'dead'],
    ['a branch without refs/heads', equals('repo:octo/app:ref:main'), 'dead'],
    ['no structure at all', equals('octo/app'), 'dead'],
    ['no value', equals(), 'dead'],
    ['a subject that is absent', { Null: { [`${GITHUB}:sub`]: 'true' } }, 'dead'],
    // Not known.
    ['an operator that does not compare strings', { ArnLike: { [`${GITHUB}:sub`]: 'repo:octo/*' } }, 'unknown'],
    ['a policy variable', { StringLike: { [`${GITHUB}:sub`]: 'repo:$' + '{aws:PrincipalTag/repo}:*' } }, 'unknown'],
    ['a condition of another shape', 'assertion.repository == "octo/app"', 'unknown'],
  ])('%s', (_, condition, verdict) => {
    expect(classifyFederation(trust(condition))?.verdict).toBe(verdict);
  });

  test('a claim that AWS does not read never narrows', () => {
    const condition = { 'ForAllValues:StringEquals': { [`${GITHUB}:repository_owner`]: 'octo' } };
    expect(classifyFederation(trust(condition))?.verdict).toBe('open');
    expect(
      classifyFederation(trust({ StringEqualsIfExists: { [`${GITHUB}:repository_owner`]: 'octo' } }))?.verdict,
    ).toBe('open');
  });

  test('other clouds read the owner', () => {
    const condition = { StringEquals: { [`${GITHUB}:repository_owner_id`]: '12' } };
    expect(classifyFederation(trust(condition, GITHUB, { platform: 'gcp' }))?.verdict).toBe('organization-wide');
  });

  test.each([`${GITHUB}/octo-enterprise`, 'token.actions.octo.ghe.com', 'git.example.com/_services/token'])(
    'an enterprise has an issuer of its own: %s',
    (issuer) => {
      expect(classifyFederation(trust(undefined, issuer))?.verdict).toBe('organization-wide');
      const exact = { StringEquals: { [`${issuer}:sub`]: 'repo:octo@12/app@34:environment:p' } };
      expect(classifyFederation(trust(exact, issuer))?.verdict).toBe('exact');
    },
  );

  test('says whether the audience is constrained, and the subjects as written', () => {
    const condition = {
      StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com' },
      StringLike: { [`${GITHUB}:sub`]: 'repo:octo/*' },
    };
    expect(classifyFederation(trust(condition))).toEqual({
      trust: 'trust:1',
      issuer: GITHUB,
      verdict: 'organization-wide',
      audience: true,
      subjects: ['repo:octo/*'],
    });
    expect(classifyFederation(trust({ StringLike: { [`${GITHUB}:aud`]: '*' } }))?.audience).toBe(false);
    expect(classifyFederation(trust({ 'ForAllValues:StringEquals': { [`${GITHUB}:aud`]: 'a' } }))?.audience).toBe(
      false,
    );
  });

  test('is silent about what is no OIDC trust', () => {
    expect(classifyFederation(trust(undefined, GITHUB, { effect: 'deny' }))).toBeUndefined();
    expect(classifyFederation(trust(undefined, 'saml-provider/okta', { how: 'assume-saml' }))).toBeUndefined();
    expect(classifyFederation(trust(undefined, '', { subject: { kind: 'anyone' } }))).toBeUndefined();
  });
});

describe('verdicts on other issuers', () => {
  test.each<[string, string, string[], string]>([
    ['gitlab.com', 'exact branch', ['project_path:group/sub/app:ref_type:branch:ref:main'], 'name-only'],
    ['gitlab.com', 'any branch', ['project_path:group/app:ref_type:branch:ref:*'], 'any-ref'],
    ['gitlab.com', 'any project', ['project_path:group/*:ref_type:branch:ref:main'], 'organization-wide'],
    ['gitlab.com', 'prefix of a group', ['project_path:group*/app:ref_type:branch:ref:main'], 'wildcard-owner'],
    ['gitlab.com', 'anything', ['*'], 'open'],
    ['gitlab.com', 'a GitHub subject', ['repo:octo/app:pull_request'], 'dead'],
    ['gitlab.example.com', 'any subject of an own host', ['*'], 'organization-wide'],
    [EKS, 'one account', ['system:serviceaccount:prod:api'], 'exact'],
    [EKS, 'accounts of a namespace', ['system:serviceaccount:prod:*'], 'organization-wide'],
    [EKS, 'a namespace by prefix', ['system:serviceaccount:prod-*:api'], 'wildcard-owner'],
    [EKS, 'every account', ['system:serviceaccount:*'], 'wildcard-owner'],
    [EKS, 'anything', ['*'], 'open'],
    [EKS, 'too many parts', ['system:serviceaccount:a:b:c'], 'dead'],
    ['k8s.example.com', 'a cluster known by its subjects', ['system:serviceaccount:prod:api'], 'exact'],
    ['login.example.com', 'an exact subject', ['robot-7'], 'exact'],
    ['login.example.com', 'a pattern', ['robot-*'], 'unknown'],
    ['login.example.com', 'anything', ['*'], 'open'],
  ])('%s: %s', (issuer, _, subjects, verdict) => {
    expect(classifyFederation(trust({ StringLike: { [`${issuer}:sub`]: subjects } }, issuer))?.verdict).toBe(verdict);
  });

  test('no condition: open, unless an audience may narrow it', () => {
    expect(classifyFederation(trust(undefined, EKS))?.verdict).toBe('open');
    expect(classifyFederation(trust(undefined, 'login.example.com'))?.verdict).toBe('open');
    const pool = { StringEquals: { 'cognito-identity.amazonaws.com:aud': 'eu-west-1:pool' } };
    expect(classifyFederation(trust(pool, 'cognito-identity.amazonaws.com'))?.verdict).toBe('unknown');
  });
});

describe('admitsWorkflow', () => {
  const main = { environment: null, ref: 'refs/heads/main' };
  test.each<[string, Json | undefined, { environment: string | null; ref?: string }, unknown]>([
    ['no condition', undefined, { environment: null }, 'yes'],
    ['any context', like('repo:octo/app:*'), { environment: null }, 'yes'],
    ['the organization', like('repo:octo/*'), { environment: null }, 'yes'],
    ['another repository', like('repo:octo/other:*'), { environment: null }, 'no'],
    ['a repository that only begins alike', equals('repo:octo/app-2:ref:refs/heads/main'), main, 'no'],
    ['the environment', equals('repo:octo/app:environment:production'), { environment: 'production' }, 'yes'],
    ['an environment with a colon', equals('repo:octo/app:environment:eu%3Aprod'), { environment: 'eu:prod' }, 'yes'],
    ['another environment', equals('repo:octo/app:environment:production'), { environment: 'dev' }, 'no'],
    ['no environment', equals('repo:octo/app:environment:production'), { environment: null }, 'no'],
    [
      'the environment decides before the ref',
      equals('repo:octo/app:ref:refs/heads/main'),
      { environment: 'dev', ref: 'refs/heads/main' },
      'no',
    ],
    ['the ref', equals('repo:octo/app:ref:refs/heads/main'), main, 'yes'],
    [
      'a ref that is not known',
      equals('repo:octo/app:ref:refs/heads/main'),
      { environment: null },
      { if: ['sub is repo:octo/app:ref:refs/heads/main'] },
    ],
    [
      'all branches, event not known',
      like('repo:octo/app:ref:refs/heads/*'),
      { environment: null },
      { if: ['sub is repo:octo/app:ref:refs/heads/*'] },
    ],
    [
      'pull requests only',
      equals('repo:octo/app:pull_request'),
      { environment: null },
      { if: ['sub is repo:octo/app:pull_request'] },
    ],
    [
      'an environment that is an expression',
      equals('repo:octo/app:environment:production'),
      { environment: '$' + '{{ inputs.env }}' },
      { if: ['sub is repo:octo/app:environment:production'] },
    ],
    [
      'the immutable form with ids',
      equals('repo:octo@12/app@34:environment:p'),
      { environment: 'p' },
      { if: ['sub is repo:octo@12/app@34:environment:p'] },
    ],
    ['the immutable form without', like('repo:octo@*/app@*:environment:p'), { environment: 'p' }, 'yes'],
    [
      'the immutable form of another repository',
      equals('repo:octo@12/other@34:environment:p'),
      { environment: 'p' },
      'no',
    ],
    ['a wildcard under StringEquals', equals('repo:octo/*'), main, 'no'],
    ['a claim that AWS does not read', { StringEquals: { [`${GITHUB}:repository_owner`]: 'octo' } }, main, 'no'],
    ['its negation', { StringNotEquals: { [`${GITHUB}:repository_owner`]: 'evil' } }, main, 'yes'],
    ['a subject that is excluded', { StringNotLike: { [`${GITHUB}:sub`]: 'repo:octo/*' } }, main, 'yes'],
    ['the repository claim', { StringEquals: { [`${GITHUB}:repository`]: 'octo/app' } }, main, 'yes'],
    [
      'the repository claim in other capitals',
      { StringEqualsIgnoreCase: { [`${GITHUB}:repository`]: 'Octo/App' } },
      main,
      'yes',
    ],
    ['the actor', { StringEquals: { [`${GITHUB}:actor`]: 'mona' } }, main, { if: ['actor is mona'] }],
    ['a source address', { IpAddress: { 'aws:SourceIp': '192.0.2.1' } }, main, { if: ['aws:SourceIp is 192.0.2.1'] }],
    ['an audience', { StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com' } }, main, 'yes'],
    ['a condition of another shape', 'x', main, { if: ['its condition, which could not be read'] }],
  ])('%s', (_, condition, job, answer) => {
    expect(admitsWorkflow(trust(condition), 'octo/app', job)).toEqual(answer);
  });

  test('a Deny admits nobody, and still says whom it matches', () => {
    const deny = trust(like('repo:octo/app:*'), GITHUB, { effect: 'deny' });
    expect(admitsWorkflow(deny, 'octo/app', main)).toBe('no');
    expect(matchesWorkflow(deny, 'octo/app', main)).toBe('yes');
    expect(matchesWorkflow(deny, 'octo/other', main)).toBe('no');
  });

  test('other issuers admit no workflow', () => {
    expect(admitsWorkflow(trust(undefined, EKS), 'octo/app', main)).toBe('no');
    expect(admitsWorkflow(trust(undefined, '', { subject: { kind: 'anyone' } }), 'octo/app', main)).toBe('no');
  });

  test('a subject that is excluded in its name form is so in that form only', () => {
    const deny = { StringNotLike: { [`${GITHUB}:sub`]: ['repo:octo/*', 'repo:octo@*'] } };
    expect(admitsWorkflow(trust(deny), 'octo/app', main)).toBe('no');
  });

  test('a long pattern of wildcards comes to an end', () => {
    expect(admitsWorkflow(trust(like(`repo:octo/${'*a'.repeat(1000)}b`)), 'octo/app', main)).toBe('no');
  });
});

describe('admitsServiceAccount', () => {
  test.each<[string, Json | undefined, unknown]>([
    ['the account', { StringEquals: { [`${EKS}:sub`]: 'system:serviceaccount:prod:api' } }, 'yes'],
    ['another account', { StringEquals: { [`${EKS}:sub`]: 'system:serviceaccount:prod:web' } }, 'no'],
    ['another namespace', { StringEquals: { [`${EKS}:sub`]: 'system:serviceaccount:dev:api' } }, 'no'],
    ['a namespace', { StringLike: { [`${EKS}:sub`]: 'system:serviceaccount:prod:*' } }, 'yes'],
    ['a wildcard under StringEquals', { StringEquals: { [`${EKS}:sub`]: 'system:serviceaccount:prod:*' } }, 'no'],
    ['no condition', undefined, 'yes'],
    ['an audience', { StringEquals: { [`${EKS}:aud`]: 'sts.amazonaws.com' } }, 'yes'],
    ['a source address', { IpAddress: { 'aws:SourceIp': '192.0.2.1' } }, { if: ['aws:SourceIp is 192.0.2.1'] }],
  ])('%s', (_, condition, answer) => {
    expect(admitsServiceAccount(trust(condition, EKS), 'prod', 'api')).toEqual(answer);
  });

  test('an issuer that may or may not be the cluster', () => {
    const answer = admitsServiceAccount(trust(undefined, 'login.example.com'), 'prod', 'api');
    expect(answer).toEqual({ if: ['login.example.com is the issuer of the cluster'] });
    expect(admitsServiceAccount(trust(undefined, GITHUB), 'prod', 'api')).toBe('no');
    expect(admitsServiceAccount(trust(undefined, EKS, { effect: 'deny' }), 'prod', 'api')).toBe('no');
  });
});
