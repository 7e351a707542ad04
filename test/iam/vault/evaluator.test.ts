import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { vaultScanner } from '../../../scanners/vault/index.ts';
import { vaultEvaluator } from '../../../src/iam/vault/evaluator.ts';
import { VAULT_WAYS } from '../../../src/iam/vault/ways.ts';
import { scanBytes } from '../../scanners/scan-bytes.ts';
import { viewOf } from '../../scanners/view-of.ts';
import { asked, CI, shown, vaultOf, waysOf } from './vault.ts';

const SYNTAX = 'docs/concepts/policies#policy-syntax';
const PRIORITY = 'docs/concepts/policies#priority-matching';
const PARAMETERS = 'docs/concepts/policies#parameter-constraints';
const ROOT = 'docs/concepts/policies#root-policy';
const ACL = 'openbao: internal/vault/policy/acl.go';

type Row = readonly [
  source: string,
  name: string,
  policies: Readonly<Record<string, string>>,
  capability: string,
  path: string | undefined,
  answer: string,
];

const ROWS: readonly Row[] = [
  [SYNTAX, 'nothing is given that is not written', { a: '' }, 'read', 'secret/x', 'no'],
  [SYNTAX, 'an exact path', { a: 'secret/x: read' }, 'read', 'secret/x', 'yes'],
  [SYNTAX, 'is not one below', { a: 'secret/x: read' }, 'read', 'secret/x/y', 'no'],
  [SYNTAX, 'nor another capability', { a: 'secret/x: read' }, 'update', 'secret/x', 'no'],
  [SYNTAX, '* at the end is a prefix', { a: 'secret/*: read' }, 'read', 'secret/a/b/c', 'yes'],
  [SYNTAX, 'also in the midst of a segment', { a: 'secret/te*: read' }, 'read', 'secret/team/x', 'yes'],
  [SYNTAX, 'which the folder itself is not', { a: 'secret/*: read' }, 'read', 'secret', 'no'],
  [SYNTAX, '* elsewhere is a character', { a: 'secret/*/x: read' }, 'read', 'secret/a/x', 'no'],
  [SYNTAX, '+ is one segment', { a: 'secret/+/x: read' }, 'read', 'secret/a/x', 'yes'],
  [SYNTAX, 'and not two', { a: 'secret/+/x: read' }, 'read', 'secret/a/b/x', 'no'],
  [SYNTAX, '+ with a prefix', { a: 'secret/+/te*: read' }, 'read', 'secret/a/team/x', 'yes'],
  [SYNTAX, 'a listing is asked with a slash', { a: 'secret/x: list' }, 'list', 'secret/x/', 'yes'],
  [SYNTAX, 'a slash in front does not matter', { a: 'secret/x: read' }, 'read', '/secret/x', 'yes'],
  [SYNTAX, 'deny beats what stands beside it', { a: 'secret/x: read,deny' }, 'read', 'secret/x', 'no'],
  [
    SYNTAX,
    'the old form: read is read and list',
    { a: 'secret/x: = {"policy": "read"}'.replace(': =', ': =') },
    'list',
    'secret/x',
    'yes',
  ],
  [
    SYNTAX,
    'the old form: write is everything but sudo',
    { a: 'secret/x: = {"policy": "write"}' },
    'sudo',
    'secret/x',
    'no',
  ],
  [
    SYNTAX,
    'the old form: deny',
    { a: 'secret/x: = {"policy": "deny"}', b: 'secret/x: read' },
    'read',
    'secret/x',
    'no',
  ],
  [
    ACL,
    'the same path of two policies is united',
    { a: 'secret/x: read', b: 'secret/x: update' },
    'update',
    'secret/x',
    'yes',
  ],
  [ACL, 'and denied by either', { a: 'secret/x: read', b: 'secret/x: deny' }, 'read', 'secret/x', 'no'],
  [
    PRIORITY,
    'a deny on less does not reach through',
    { a: 'secret/*: deny', b: 'secret/x: read' },
    'read',
    'secret/x',
    'yes',
  ],
  [
    PRIORITY,
    'nor does a right on less: only one counts',
    { a: 'secret/*: read,update', b: 'secret/x: read' },
    'update',
    'secret/x',
    'no',
  ],
  [
    PRIORITY,
    'the longer prefix counts',
    { a: 'secret/*: read', b: 'secret/team/*: list' },
    'read',
    'secret/team/x',
    'no',
  ],
  [
    PRIORITY,
    'the first wildcard that comes later counts',
    { a: 'secret/+/x: read', b: 'secret/a*: list' },
    'read',
    'secret/a/x',
    'no',
  ],
  [
    PRIORITY,
    'what ends in * counts less',
    { a: 'secret/+/x: read', b: 'secret/+/*: list' },
    'read',
    'secret/a/x',
    'yes',
  ],
  [
    PRIORITY,
    'what has more + counts less',
    { a: 'secret/+/+/x: list', b: 'secret/+/b/x: read' },
    'read',
    'secret/a/b/x',
    'yes',
  ],
  [
    PRIORITY,
    'the shorter counts less',
    { a: 'secret/+/te*: list', b: 'secret/+/team*: read' },
    'read',
    'secret/a/team',
    'yes',
  ],
  [PRIORITY, 'exact before all', { a: 'secret/+: list', b: 'secret/x: read' }, 'read', 'secret/x', 'yes'],
  [
    PARAMETERS,
    'a constraint is a condition',
    { a: 'auth/token/create: update = {"allowed_parameters": {"policies": ["ci"]}}' },
    'update',
    'auth/token/create',
    'if allowed_parameters {"policies":["ci"]}',
  ],
  [
    PARAMETERS,
    'an empty one is none',
    { a: 'secret/x: update = {"allowed_parameters": {}}' },
    'update',
    'secret/x',
    'yes',
  ],
  [
    PARAMETERS,
    'a wrapped answer is a condition',
    { a: 'secret/x: read = {"min_wrapping_ttl": "1h"}' },
    'read',
    'secret/x',
    'if min_wrapping_ttl "1h"',
  ],
  [
    ACL,
    'constraints of one policy narrow the path of all',
    { a: 'secret/x: update = {"required_parameters": ["id"]}', b: 'secret/x: update' },
    'update',
    'secret/x',
    'if required_parameters ["id"]',
  ],
  [
    'docs/concepts/policies#templated-policies',
    'a template depends on who asks',
    { a: 'secret/{{identity.entity.id}}/*: read' },
    'read',
    'secret/{{identity.entity.id}}/x',
    'if the path of its entity is meant',
  ],
  [ROOT, 'root may everything', { root: 'unread' }, 'delete', 'sys/raw/x', 'yes'],
  [
    SYNTAX,
    'a policy that was not read may give it',
    { gone: 'unread' },
    'read',
    'secret/x',
    'if policy gone (not read) allows it',
  ],
  [
    SYNTAX,
    'or deny it',
    { a: 'secret/x: read', gone: 'unread' },
    'read',
    'secret/x',
    'if policy gone (not read) does not deny it',
  ],
  [SYNTAX, 'all of a prefix', { a: 'secret/*: read' }, 'read', 'secret/team/*', 'yes'],
  [
    SYNTAX,
    'less what is denied in it',
    { a: 'secret/*: read\nsecret/team/db: deny' },
    'read',
    'secret/team/*',
    'if not secret/team/db',
  ],
  [SYNTAX, 'a part of a prefix', { a: 'secret/team/db: read' }, 'read', 'secret/*', 'if only secret/team/db'],
  [SYNTAX, 'anything at all', { a: 'secret/team/db: read' }, 'read', undefined, 'yes'],
];

describe('who may what', () => {
  for (const [source, name, policies, capability, path, answer] of ROWS) {
    test(`${source}: ${name}`, async () => {
      expect(asked(await vaultOf(policies), capability, path)).toBe(answer);
    });
  }

  test('everybody has the default policy, unless the role says no', async () => {
    const text = { data: { name: 'default', policy: '{"path": {"cubbyhole/*": {"capabilities": ["read"]}}}' } };
    expect(asked(await vaultOf({ a: '' }, { 'sys/policies/acl/default': text }), 'read', 'cubbyhole/x')).toBe('yes');
    const none = {
      'auth/approle/role/ci': { data: { bind_secret_id: true, token_policies: ['a'], token_no_default_policy: true } },
      'sys/policies/acl/default': text,
    };
    expect(asked(await vaultOf({ a: '' }, none), 'read', 'cubbyhole/x')).toBe('no');
  });

  test('a policy in HCL says the same', async () => {
    const policy =
      'path "secret/*" {\n  capabilities = ["read", "list"]\n}\npath "auth/token/create" {\n  capabilities = ["update"]\n  allowed_parameters = { "policies" = ["ci"] }\n}\npath "old" { policy = "sudo" }';
    const inventory = await vaultOf({ h: 'unread' }, { 'sys/policies/acl/h': { data: { name: 'h', policy } } });
    expect(
      ['secret/x', 'auth/token/create', 'old'].map((path) =>
        asked(inventory, path === 'secret/x' ? 'read' : 'update', path),
      ),
    ).toEqual(['yes', 'if allowed_parameters {"policies":["ci"]}', 'yes']);
  });

  test('a policy of which a part cannot be read leaves its holder in doubt', async () => {
    const policy = 'path "secret/x" { capabilities = ["read"] }\npath "secret/odd" { capabilities = ["reed"] }';
    const answers = {
      'auth/approle/role/ci': { data: { bind_secret_id: true, token_policies: ['h'] } },
      'sys/policies/acl/h': { data: { name: 'h', policy } },
    };
    const { facts, problems } = await scanBytes(vaultScanner, 'vault.json', JSON.stringify(answers));
    expect(problems).toHaveLength(1);
    const inventory = viewOf(facts);
    expect(asked(inventory, 'read', 'secret/x')).toBe('if policy h (not read) does not deny it');
    expect(asked(inventory, 'read', 'secret/odd')).toBe('if policy h (not read) allows it');
  });

  test('admin is every capability on every path', async () => {
    const all = '*: create,read,update,delete,list,sudo';
    const result = async (text: string) => vaultEvaluator.evaluate(await vaultOf({ a: text })).get(CI);
    expect(shown((await result(all))?.admin ?? 'no')).toBe('yes');
    expect(shown((await result(`${all}\nsys/raw/*: deny`))?.admin ?? 'no')).toBe('if not sys/raw/*');
    expect(shown((await result('*: create,read,update,delete,list'))?.admin ?? 'no')).toBe('no');
    expect(shown((await result('secret/*: create,read,update,delete,list,sudo'))?.admin ?? 'no')).toBe('no');
  });
});

describe('ways to more', () => {
  const fill = (path: string) => path.replace('{policy}', 'a').replace('{mount}', 'approle').replace('{name}', 'ci');

  test.each(VAULT_WAYS.map((way) => [`${way.id} ${way.all[0]?.on}`, way] as const))(
    '%s: found with what it needs, gone without',
    async (_, way) => {
      const lines = (needs: readonly (readonly [string, string])[]) => {
        const paths = new Map<string, string[]>();
        for (const [path, capability] of needs) paths.set(path, [...(paths.get(path) ?? []), capability]);
        return [...paths].map(([path, capabilities]) => `${path}: ${capabilities.join(',')}`).join('\n');
      };
      const needs = way.all.map(({ any, on }) => [fill(on), any[0] ?? ''] as const);
      const found = async (policies: Readonly<Record<string, string>>) =>
        waysOf(await vaultOf(policies)).filter((one) => one.startsWith(`${way.id} `));
      expect(await found({ a: lines(needs) })).toHaveLength(1);
      for (const [index, [path]] of needs.entries()) {
        // Missing, denied by another policy, or on something harmless.
        expect(await found({ a: lines(needs.filter((_, at) => at !== index)) })).toEqual([]);
        expect(await found({ a: lines(needs), b: `${path}: deny` })).toEqual([]);
        expect(
          await found({
            a: lines(
              needs.map(([on, capability], at) => (at === index ? ['secret/harmless', capability] : [on, capability])),
            ),
          }),
        ).toEqual([]);
      }
    },
  );

  test('a constraint leaves a condition', async () => {
    const text = 'auth/token/create: update,sudo = {"allowed_parameters": {"policies": ["ci"]}}';
    expect(waysOf(await vaultOf({ a: text }))).toEqual(['vault-token-create-sudo -> ci?']);
  });

  test('secret ids of another role, and tokens by a token role', async () => {
    const others = {
      'auth/approle/role/boss': { data: { bind_secret_id: true, secret_id_ttl: 600, token_policies: ['root-like'] } },
      'auth/token/roles/ops': { data: { allowed_policies: ['ops'], name: 'ops' } },
    };
    const both =
      'auth/approle/role/boss/secret-id: update\nauth/approle/role/boss/role-id: read\nauth/token/create/ops: update';
    expect(waysOf(await vaultOf({ a: both }, others))).toEqual([
      'vault-secret-id -> boss',
      'vault-token-by-role -> ops',
    ]);
    expect(waysOf(await vaultOf({ a: 'auth/approle/role/boss/secret-id: update' }, others))).toEqual([]);
  });

  test('a JWT role is as open as its claims', async () => {
    const issuer = { 'auth/jwt/config': { data: { bound_issuer: 'https://token.actions.githubusercontent.com' } } };
    const verdict = async (data: object) => {
      const role = {
        'auth/jwt/role/deploy': { data: { role_type: 'jwt', user_claim: 'sub', token_policies: ['a'], ...data } },
      };
      return vaultEvaluator
        .evaluate(await vaultOf({ a: '' }, { ...role, ...issuer }))
        .get('vault:jwt-role:c1/auth/jwt/role/deploy')
        ?.federation.map((one) => one.verdict);
    };
    expect(await verdict({ bound_claims: {} })).toEqual(['open']);
    expect(await verdict({ bound_claims: { repository: 'acme/orders' } })).toEqual(['any-ref']);
    expect(await verdict({ bound_claims: { sub: 'repo:acme/*' }, bound_claims_type: 'glob' })).toEqual([
      'organization-wide',
    ]);
    expect(await verdict({ bound_subject: 'repo:acme/orders:ref:refs/heads/main' })).toEqual(['name-only']);
  });
});

describe('properties', () => {
  const path = fc.constantFrom(
    'secret/*',
    'secret/+/x',
    'secret/a/x',
    'secret/a*',
    'secret/+/*',
    'secret/+/+',
    '*',
    'auth/token/create',
  );
  const rule = fc.record({
    path,
    capabilities: fc.uniqueArray(fc.constantFrom('read', 'update', 'sudo'), { minLength: 1 }),
    deny: fc.boolean(),
  });
  const rules = fc.array(rule, { maxLength: 6 });
  const QUESTIONS = ['secret/a/x', 'secret/b/x', 'secret/ab', 'auth/token/create', 'secret/*'].flatMap((on) =>
    ['read', 'update', 'sudo'].map((capability) => [capability, on] as const),
  );
  const text = (list: readonly { path: string; capabilities: readonly string[]; deny: boolean }[]) =>
    list.map(({ path: on, capabilities, deny }) => `${on}: ${deny ? 'deny' : capabilities.join(',')}`);
  /** Each rule is a policy of its own. */
  const answersOf = async (lines: readonly string[]) => {
    const inventory = await vaultOf(Object.fromEntries(lines.map((line, index) => [`p${index}`, line])));
    return QUESTIONS.map(([capability, on]) => asked(inventory, capability, on));
  };
  const rank = (answer: string) => (answer === 'no' ? 0 : answer === 'yes' ? 2 : 1);

  test('order of policies does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(rules, async (list) => {
        expect(await answersOf(text(list).reverse())).toEqual(await answersOf(text(list)));
      }),
      { numRuns: 60 },
    );
  });

  test('a deny on a path that is there gives nothing on it, a capability on it takes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        rules.filter((list) => list.length > 0),
        fc.nat(),
        async (list, pick) => {
          const on = list[pick % list.length]?.path ?? '';
          const before = await answersOf(text(list));
          const denied = await answersOf([...text(list), `${on}: deny`]);
          const wider = await answersOf([...text(list), `${on}: read,update,sudo`]);
          for (const [index, answer] of before.entries()) {
            expect(rank(denied[index] ?? '')).toBeLessThanOrEqual(rank(answer));
            expect(rank(wider[index] ?? '')).toBeGreaterThanOrEqual(rank(answer));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a policy that was not read leaves nothing sure', async () => {
    await fc.assert(
      fc.asyncProperty(rules, async (list) => {
        const policies = Object.fromEntries(text(list).map((line, index) => [`p${index}`, line]));
        const inventory = await vaultOf({ ...policies, gone: 'unread' });
        for (const [capability, on] of QUESTIONS) expect(asked(inventory, capability, on)).toMatch(/^if /);
      }),
      { numRuns: 30 },
    );
  });
});
