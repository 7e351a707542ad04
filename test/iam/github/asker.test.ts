import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { githubScanner } from '../../../scanners/github/index.ts';
import { githubEvaluator } from '../../../src/iam/github/evaluator.ts';
import type { Answer } from '../../../src/model/answer.ts';
import type { Grant } from '../../../src/model/grant.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import { scanBytes } from '../../scanners/scan-bytes.ts';
import { viewOf } from '../../scanners/view-of.ts';
import { grant, inventoryOf, principal } from '../../support/facts.ts';

const PATH = '.github/workflows/a.yml';
const WORKFLOW = `github:workflow:octo/app/${PATH}`;
const JOB = 'runs-on: ubuntu-latest, steps: [{run: make}]';

function ask(inventory: Inventory, who: string, question: string): { answer: Answer; grants: number } {
  const [action = '', resource] = question.split(' ');
  const found = githubEvaluator.asker(inventory)(who, { action, ...(resource === undefined ? {} : { resource }) });
  return { answer: found?.answer ?? 'no', grants: found?.grants.length ?? 0 };
}

const WRITE_BY_DEFAULT = { if: ["the repository's default for workflow tokens is write"] };
const TOKEN = 'actions/security-for-github-actions/security-guides/automatic-token-authentication';
const SYNTAX = 'actions/writing-workflows/workflow-syntax-for-github-actions#permissions';
const OIDC =
  'actions/security-for-github-actions/security-hardening-your-deployments/about-security-hardening-with-openid-connect';

/** The page of https://docs.github.com/en/ that says so, the workflow, the question and the answer. */
const ROWS: readonly (readonly [string, string, string, Answer])[] = [
  [TOKEN, `jobs: {a: {${JOB}}}`, 'contents:read octo/app', 'yes'],
  [TOKEN, `jobs: {a: {${JOB}}}`, 'packages:read octo/app', 'yes'],
  [TOKEN, `jobs: {a: {${JOB}}}`, 'contents:write octo/app', WRITE_BY_DEFAULT],
  [TOKEN, `jobs: {a: {${JOB}}}`, 'issues:read octo/app', WRITE_BY_DEFAULT],
  [TOKEN, `jobs: {a: {${JOB}}}`, 'contents:read octo/other', 'no'],
  [OIDC, `jobs: {a: {${JOB}}}`, 'id-token:write octo/app', 'no'],
  [SYNTAX, `permissions: write-all\njobs: {a: {${JOB}}}`, 'issues:write octo/app', 'yes'],
  [OIDC, `permissions: write-all\njobs: {a: {${JOB}}}`, 'id-token:write octo/app', 'yes'],
  [SYNTAX, `permissions: read-all\njobs: {a: {${JOB}}}`, 'issues:read octo/app', 'yes'],
  [SYNTAX, `permissions: read-all\njobs: {a: {${JOB}}}`, 'issues:write octo/app', 'no'],
  [SYNTAX, `permissions: {}\njobs: {a: {${JOB}}}`, 'contents:read octo/app', 'no'],
  [SYNTAX, `permissions: {issues: write}\njobs: {a: {${JOB}}}`, 'issues:write octo/app', 'yes'],
  [SYNTAX, `permissions: {issues: write}\njobs: {a: {${JOB}}}`, 'issues:read octo/app', 'yes'],
  [SYNTAX, `permissions: {issues: write}\njobs: {a: {${JOB}}}`, 'contents:read octo/app', 'no'],
  [SYNTAX, `permissions: {issues: read}\njobs: {a: {${JOB}}}`, 'issues:write octo/app', 'no'],
  [SYNTAX, `permissions: {issues: none}\njobs: {a: {${JOB}}}`, 'issues:read octo/app', 'no'],
  [
    SYNTAX,
    `permissions: write-all\njobs: {a: {permissions: {contents: read}, ${JOB}}}`,
    'contents:write octo/app',
    'no',
  ],
  [SYNTAX, `permissions: {}\njobs: {a: {permissions: {contents: write}, ${JOB}}}`, 'contents:write octo/app', 'yes'],
  [SYNTAX, `jobs: {a: {permissions: {}, ${JOB}}, b: {${JOB}}}`, 'contents:write octo/app', WRITE_BY_DEFAULT],
  [SYNTAX, `permissions: {contents: write}\njobs: {a: {${JOB}}}`, 'contents:write Octo/App', 'yes'],
  [SYNTAX, `permissions: {contents: write}\njobs: {a: {${JOB}}}`, 'contents:write', 'yes'],
  [SYNTAX, `permissions: {contents: write}\njobs: {a: {${JOB}}}`, 'contents:write octo/*', 'no'],
  [SYNTAX, `permissions: {contents: write}\njobs: {a: {${JOB}}}`, '*:write octo/app', 'no'],
];

describe('what the token of a workflow may do', () => {
  test.each(ROWS)('%s: %s › %s', async (doc, workflow, question, expected) => {
    const { facts } = await scanBytes(githubScanner, PATH, `on: push\n${workflow}`, { repository: 'octo/app' });
    const { answer, grants } = ask(viewOf(facts), WORKFLOW, question);
    expect(answer, `https://docs.github.com/en/${doc}`).toEqual(expected);
    if (answer === 'no') expect(grants).toBe(0);
  });
});

describe('what other tokens may do', () => {
  const app = principal('github', 'app-installation', 'acme/deployer');
  const given = (...grants: readonly Grant[]) => inventoryOf({ principals: [app], grants });
  const on = (actions: readonly string[], rest: Partial<Grant> = {}) =>
    grant(app, actions, { resources: ['acme/*'], ...rest });

  test.each<[string, Grant[], string, Answer]>([
    ['all repositories of an owner', [on(['contents:write'])], 'contents:write acme/orders', 'yes'],
    ['of another owner', [on(['contents:write'])], 'contents:write acme-evil/orders', 'no'],
    ['admin has write', [on(['administration:admin'])], 'administration:write acme/orders', 'yes'],
    ['write has no admin', [on(['administration:write'])], 'administration:admin acme/orders', 'no'],
    ['a deny gives nothing', [on(['contents:write'], { effect: 'deny' })], 'contents:write acme/orders', 'no'],
    [
      'what was not read',
      [on([], { unknownContent: true, via: ['app:deployer'] })],
      'contents:write acme/orders',
      { if: ['the permissions of app:deployer, which were not read'] },
    ],
    ['names with a low line', [on(['pull_requests:write'])], 'pull-requests:write acme/orders', 'yes'],
    [
      'selected repositories',
      [on(['contents:write'], { condition: { repository_selection: 'selected' } })],
      'contents:write acme/orders',
      { if: ['the repository is one of those that were selected'] },
    ],
    [
      'a classic token is as good as whoever it acts as',
      [on(['oauth:repo'], { resources: ['*'], condition: { acts_as: 'mona' } })],
      'contents:write acme/orders',
      { if: ['mona may do it'] },
    ],
    [
      'a classic token without that scope',
      [on(['oauth:gist'], { resources: ['*'] })],
      'contents:read acme/orders',
      'no',
    ],
    ['a level that there is none of', [on(['contents:write'])], 'contents:own acme/orders', 'no'],
  ])('%s', (_, grants, question, expected) => {
    expect(ask(given(...grants), app.id, question).answer).toEqual(expected);
  });

  test('a further grant takes nothing away, and their order does not matter', () => {
    const action = fc.constantFrom('contents:read', 'contents:write', 'issues:admin', '*:read');
    const grants = fc.array(fc.tuple(action, fc.constantFrom('acme/*', 'acme/a')), { maxLength: 5 });
    const questions = ['contents:read acme/a', 'contents:write acme/b', 'issues:write acme/a'];
    fc.assert(
      fc.property(grants, grants, (some, more) => {
        const rows = (list: typeof some) => list.map(([one, resource]) => grant(app, [one], { resources: [resource] }));
        for (const question of questions) {
          const before = ask(given(...rows(some)), app.id, question).answer;
          const after = ask(given(...rows([...more, ...some].reverse())), app.id, question).answer;
          if (before === 'yes') expect(after).toBe('yes');
        }
      }),
    );
  });
});

describe('what tokens come to', () => {
  const token = principal('github', 'personal-access-token', 'acme/1');
  const told = (...grants: readonly Grant[]) =>
    githubEvaluator
      .evaluate(inventoryOf({ principals: [token], grants }))
      .get(token.id)
      ?.privileges.map(({ what, answer }) => `${what}${answer === 'yes' ? '' : '?'}`);

  test.each<[string, Grant[], string[] | undefined]>([
    ['scopes that it writes', [grant(token, ['contents:write', 'issues:read'])], ['contents: write']],
    ['scopes that it administers', [grant(token, ['administration:admin'])], ['administration: write']],
    [
      'classic scopes, as far as its owner reaches',
      [grant(token, ['oauth:repo', 'oauth:read:org'], { condition: { acts_as: 'mona' } })],
      ['scopes repo?'],
    ],
    ['reading only', [grant(token, ['oauth:read:org'])], []],
    ['nothing that was granted', [], undefined],
  ])('%s', (_, grants, expected) => {
    expect(told(...grants)).toEqual(expected);
  });
});
