/**
 * Scans an organisation of 10,000, 30,000 and 100,000 AWS principals with ten grants each, as an export for each account, and
 * scans it again: unchanged, after one principal in a hundred was given another permission (a team's accounts), and after as many
 * were, a few in every account. Time and memory of the whole command, from the files to effective permissions, paths, findings
 * and the report for people. Run by hand, after `npm run build`:
 *
 *     node --import ./test/support/typescript-loader.mjs bench/identities.ts [PRINCIPALS …]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure, type Usage } from './secrets-speed/measure.ts';

const LAPSE = fileURLToPath(new URL('../dist/src/cli/bin.js', import.meta.url));
/** Of one account: four roles for each user, and a policy that is attached to forty principals on average. */
const ACCOUNT = { users: 200, roles: 800, policies: 50 };
const PRINCIPALS = ACCOUNT.users + ACCOUNT.roles;
/** Statements: two of its own, and four in each of the two policies that are attached. */
const GRANTS = 10;
/** One in so many changes. */
const CHANGED = 100;

/** Six actions on six resources, as policies of applications have; no way to more rights in it. */
function statement(account: string, seed: number) {
  const services = ['s3', 'dynamodb', 'sqs', 'sns', 'kms', 'logs'];
  return {
    Sid: `S${seed}`,
    Effect: 'Allow',
    Action: services.map((service, index) => `${service}:Get${(seed * 7 + index) % 997}`),
    Resource: services.map((service, index) => `arn:aws:${service}:eu-west-1:${account}:thing-${seed}-${index}/*`),
    Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } },
  };
}

const document = (statements: readonly unknown[]) => ({ Version: '2012-10-17', Statement: statements });

/** The export of one account. `changed`: what some of its principals were given in this round. */
function authorizationDetails(account: string, changed: (index: number) => number): string {
  const arn = (kind: string, name: string) => `arn:aws:iam::${account}:${kind}/${name}`;
  const attached = (index: number) =>
    [0, 1].map((step) => {
      const name = `policy-${(index * 2 + step) % ACCOUNT.policies}`;
      return { PolicyName: name, PolicyArn: arn('policy', name) };
    });
  const own = (index: number, more: readonly unknown[]) => {
    const seed = index * 10 + changed(index);
    return [
      {
        PolicyName: 'own',
        PolicyDocument: document([statement(account, seed), more[0] ?? statement(account, seed + 5)]),
      },
    ];
  };
  const ways = (index: number): readonly unknown[] => {
    if (index % 30 === 0)
      return [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: arn('role', `role-${index + 1}`) }];
    if (index % 50 === 1) return [{ Effect: 'Allow', Action: ['iam:PassRole', 'lambda:*'], Resource: '*' }];
    if (index % 400 === 2) return [{ Effect: 'Allow', Action: '*', Resource: '*' }];
    return [];
  };
  const trust = (index: number) =>
    index % 2 === 0 ? { Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'] } : { AWS: account };
  const common = { Path: '/', CreateDate: '2024-01-01T00:00:00Z' };
  return JSON.stringify(
    {
      UserDetailList: Array.from({ length: ACCOUNT.users }, (_, index) => ({
        ...common,
        UserName: `user-${index}`,
        UserId: `AIDA${account}${String(index).padStart(5, '0')}`,
        Arn: arn('user', `user-${index}`),
        GroupList: [],
        AttachedManagedPolicies: attached(index),
        UserPolicyList: own(index, ways(index)),
      })),
      GroupDetailList: [],
      RoleDetailList: Array.from({ length: ACCOUNT.roles }, (_, index) => ({
        ...common,
        RoleName: `role-${index}`,
        RoleId: `AROA${account}${String(index).padStart(5, '0')}`,
        Arn: arn('role', `role-${index}`),
        AssumeRolePolicyDocument: document([{ Effect: 'Allow', Principal: trust(index), Action: 'sts:AssumeRole' }]),
        AttachedManagedPolicies: attached(index + 1),
        RolePolicyList: own(index + 1_000, ways(index)),
        RoleLastUsed: {},
      })),
      Policies: Array.from({ length: ACCOUNT.policies }, (_, index) => ({
        PolicyName: `policy-${index}`,
        Arn: arn('policy', `policy-${index}`),
        DefaultVersionId: 'v1',
        PolicyVersionList: [
          {
            VersionId: 'v1',
            IsDefaultVersion: true,
            Document: document([0, 1, 2, 3].map((at) => statement(account, 100_000 + index * 4 + at))),
          },
        ],
      })),
      IsTruncated: false,
    },
    null,
    1,
  );
}

/**
 * Writes all accounts; the ids of accounts begin at 100000000000.
 *
 * @param seed - added to what a principal is given, by its number in the account and the number of the account.
 */
function write(folder: string, principals: number, seed: (index: number, account: number) => number): void {
  for (let number = 0; number < principals / PRINCIPALS; number++) {
    const account = String(100_000_000_000 + number);
    writeFileSync(
      join(folder, `${account}.json`),
      authorizationDetails(account, (index) => seed(index, number)),
    );
  }
}

function scan(folder: string): Usage {
  const output = ['--quiet', '--output', '/dev/null'];
  const store = ['--store', join(folder, '..', 'inventory.db')];
  return measure({ command: process.execPath, args: [LAPSE, 'scan', folder, '--only', 'aws', ...store, ...output] });
}

function line(name: string, { cpu, wall, memory }: Usage): string {
  return `${name.padEnd(34)} ${cpu.toFixed(1).padStart(7)} s CPU ${wall.toFixed(1).padStart(7)} s ${Math.round(memory)} MB\n`;
}

const sizes = process.argv.slice(2).map(Number);
for (const principals of sizes.length > 0 ? sizes : [10_000, 30_000, 100_000]) {
  const scratch = mkdtempSync(join(tmpdir(), 'lapse-bench-'));
  const folder = join(scratch, 'organisation');
  try {
    mkdirSync(folder);
    write(folder, principals, () => 0);
    const first = scan(folder);
    process.stdout.write(line(`${principals} principals, ${principals * GRANTS} grants`, first));
    const again = (name: string, seed: (index: number, account: number) => number) => {
      write(folder, principals, seed);
      const usage = scan(folder);
      process.stdout.write(`${line(`  ${name}`, usage)}    ${(usage.cpu / first.cpu).toFixed(2)} of the first\n`);
    };
    const changed = principals / CHANGED;
    again('again', () => 0);
    const ofTeam = (index: number, account: number) => (account * PRINCIPALS + index < changed ? 1 : 0);
    again(`1 in ${CHANGED} changed, together`, ofTeam);
    again(
      `1 in ${CHANGED} changed, everywhere`,
      (index, account) => ofTeam(index, account) + (index % CHANGED === 7 ? 2 : 0),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
