import { describe, expect, test } from 'vitest';
import { githubScanner } from '../../../scanners/github/index.ts';
import { githubEvaluator } from '../../../src/iam/github/evaluator.ts';
import type { EffectivePermissions } from '../../../src/model/effective.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import { scanBytes } from '../../scanners/scan-bytes.ts';
import { viewOf } from '../../scanners/view-of.ts';

const PATH = '.github/workflows/a.yml';

async function scanned(workflow: string): Promise<Inventory> {
  const { facts, problems } = await scanBytes(githubScanner, PATH, workflow, { repository: 'octo/app' });
  expect(problems).toEqual([]);
  return viewOf(facts);
}

async function effectiveOf(workflow: string): Promise<EffectivePermissions> {
  const found = githubEvaluator.evaluate(await scanned(workflow)).get(`github:workflow:octo/app/${PATH}`);
  if (found === undefined) throw new Error('nothing is said of the workflow');
  return found;
}

const JOB = 'runs-on: ubuntu-latest, steps: [{run: make}]';

describe('the token of a workflow (effective-permissions 6.1)', () => {
  test.each<[string, string, string[]]>([
    ['the default is not in the file', `on: push\njobs: {a: {${JOB}}}`, ['token-write?']],
    ['write-all', `on: push\npermissions: write-all\njobs: {a: {${JOB}}}`, ['token-write', 'id-token']],
    ['read-all', `on: push\npermissions: read-all\njobs: {a: {${JOB}}}`, []],
    ['nothing', `on: push\npermissions: {}\njobs: {a: {${JOB}}}`, []],
    [
      'naming one scope sets all others to none',
      `on: push\npermissions: {packages: write}\njobs: {a: {${JOB}}}`,
      ['token-scope-write packages: write'],
    ],
    [
      'a job replaces the workflow',
      `on: push\npermissions: write-all\njobs: {a: {permissions: {contents: read}, ${JOB}}}`,
      [],
    ],
    [
      'also upwards',
      `on: push\npermissions: {}\njobs: {a: {permissions: write-all, ${JOB}}}`,
      ['token-write', 'id-token'],
    ],
    ['one job of two has the default', `on: push\njobs: {a: {permissions: {}, ${JOB}}, b: {${JOB}}}`, ['token-write?']],
    ['an OIDC token is no write', `on: push\npermissions: {id-token: write}\njobs: {a: {${JOB}}}`, ['id-token']],
    [
      'two jobs that write',
      `on: push\njobs: {a: {permissions: {contents: write}, ${JOB}}, b: {permissions: {contents: write, issues: write}, ${JOB}}}`,
      ['token-scope-write contents: write', 'token-scope-write issues: write'],
    ],
  ])('%s', async (_, workflow, expected) => {
    const { admin, privileges, escalations } = await effectiveOf(workflow);
    expect([admin, escalations]).toEqual(['no', []]);
    expect(
      privileges.map(
        ({ id, answer, what }) => `${id}${id === 'token-scope-write' ? ` ${what}` : ''}${answer === 'yes' ? '' : '?'}`,
      ),
    ).toEqual(expected);
  });

  test('each privilege names the grants that give it', async () => {
    const inventory = await scanned(
      `on: push\njobs: {a: {permissions: {contents: write}, ${JOB}}, b: {permissions: {contents: write}, ${JOB}}}`,
    );
    const [privilege] = githubEvaluator.evaluate(inventory).get(`github:workflow:octo/app/${PATH}`)?.privileges ?? [];
    expect(privilege?.grants.map((id) => inventory.grants.get(id)?.via)).toEqual([['job:a'], ['job:b']]);
  });

  test('the default is an if, and named as not seen', async () => {
    const { privileges, unseen } = await effectiveOf(
      `on: push\njobs: {a: {environment: prod, uses: octo/x/.github/workflows/y.yml@v1}}`,
    );
    expect(privileges[0]?.answer).toEqual({ if: ["the repository's default for workflow tokens is write"] });
    expect(unseen).toEqual([
      'default permissions of workflow tokens',
      'protection rules of environments',
      'called workflows',
    ]);
  });
});

test('says nothing of other platforms', () => {
  expect(githubEvaluator.evaluate(viewOf([])).size).toBe(0);
});
