/**
 * Reads an authorization details export of the given size, made up while it is read and never on disk, and evaluates an
 * account of 3,000 users and 5,000 roles: time and memory of each. Run by hand:
 * `node --import ./test/support/typescript-loader.mjs bench/aws-export.ts [megabytes] [phase]`.
 * Each phase runs in a process of its own, so that its memory is its own.
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { awsScanner } from '../scanners/aws/index.ts';
import { awsEvaluator } from '../src/iam/aws/evaluator.ts';
import type { Fact } from '../src/model/fact.ts';
import { inventoryBuilder } from '../src/model/merge-inventory.ts';

const ACCOUNT = '111122223333';
const USERS = 3_000;
const ROLES = 5_000;
const POLICIES = 1_500;

/** A statement with six actions and resources, as application policies have; none of it matters to escalation. */
function statement(seed: number) {
  const services = ['s3', 'dynamodb', 'sqs', 'sns', 'kms', 'logs'];
  return {
    Sid: `S${seed}`,
    Effect: 'Allow',
    Action: services.map((service, index) => `${service}:Get${(seed * 7 + index) % 997}`),
    Resource: services.map((service, index) => `arn:aws:${service}:eu-west-1:${ACCOUNT}:thing-${seed}-${index}/*`),
    Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } },
  };
}

const document = (statements: readonly unknown[]) => ({ Version: '2012-10-17', Statement: statements });
const arn = (kind: string, name: string) => `arn:aws:iam::${ACCOUNT}:${kind}/${name}`;
const attached = (seed: number) =>
  [0, 1, 2].map((step) => {
    const name = `policy-${(seed * 3 + step) % POLICIES}`;
    return { PolicyName: name, PolicyArn: arn('policy', name) };
  });

function user(index: number, statements: number) {
  const own = Array.from({ length: statements }, (_, at) => statement(index * 100 + at));
  return {
    Path: '/',
    UserName: `user-${index}`,
    Arn: arn('user', `user-${index}`),
    CreateDate: '2024-01-01T00:00:00Z',
    GroupList: [],
    AttachedManagedPolicies: attached(index),
    UserPolicyList: [{ PolicyName: 'own', PolicyDocument: document(own) }],
  };
}

/** One role in three may assume any, one in five pass any to Lambda, one in seven pass some to an instance. */
function role(index: number, statements: number) {
  const principal = index % 2 === 0 ? { Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'] } : { AWS: ACCOUNT };
  const some = [arn('role', `role-${index % 10}*`), 'arn:aws:ec2:*'];
  const own = [
    ...Array.from({ length: statements }, (_, at) => statement(index * 100 + at)),
    ...(index % 3 === 0 ? [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }] : []),
    ...(index % 5 === 0 ? [{ Effect: 'Allow', Action: ['iam:PassRole', 'lambda:*'], Resource: '*' }] : []),
    ...(index % 7 === 0 ? [{ Effect: 'Allow', Action: ['iam:PassRole', 'ec2:RunInstances'], Resource: some }] : []),
  ];
  return {
    Path: '/',
    RoleName: `role-${index}`,
    Arn: arn('role', `role-${index}`),
    CreateDate: '2024-01-01T00:00:00Z',
    AssumeRolePolicyDocument: document([{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }]),
    AttachedManagedPolicies: attached(index),
    RolePolicyList: [{ PolicyName: 'own', PolicyDocument: document(own) }],
    RoleLastUsed: {},
  };
}

function policy(index: number) {
  const statements = index === 7 ? [{ Effect: 'Allow', Action: '*', Resource: '*' }] : [0, 1, 2, 3].map(statement);
  return {
    PolicyName: `policy-${index}`,
    Arn: arn('policy', `policy-${index}`),
    DefaultVersionId: 'v1',
    PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: document(statements) }],
  };
}

/** The export in chunks, indented as the command line does. */
async function* exported(statements: number): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const lists: readonly (readonly [string, number, (index: number) => unknown])[] = [
    ['UserDetailList', USERS, (index) => user(index, statements)],
    ['RoleDetailList', ROLES, (index) => role(index, statements)],
    ['Policies', POLICIES, policy],
  ];
  for (const [list, [name, count, make]] of lists.entries()) {
    yield encoder.encode(`${list === 0 ? '{' : '],'}\n    "${name}": [\n`);
    for (let index = 0; index < count; index += 1) {
      yield encoder.encode(`${index === 0 ? '' : ',\n'}${JSON.stringify(make(index), null, 4)}`);
    }
  }
  yield encoder.encode('],\n    "IsTruncated": false\n}\n');
}

async function read(statements: number, take: (fact: Fact) => void): Promise<number> {
  let bytes = 0;
  await awsScanner.read(
    {
      path: 'export.json',
      size: 0,
      text: '{"UserDetailList": []}',
      head: Buffer.from('{"UserDetailList": []}'),
      binary: false,
      readText: async () => '',
      async *stream() {
        for await (const chunk of exported(statements)) {
          bytes += chunk.length;
          yield chunk;
        }
      },
    },
    {
      emit: take,
      problem: ({ message }) => {
        throw new Error(message);
      },
      now: new Date(0),
      cluster: '',
      fingerprint: () => '',
    },
  );
  return bytes;
}

/** Statements per user and role for an export of about so many megabytes. */
function statementsFor(megabytes: number): number {
  const one = JSON.stringify(statement(1), null, 4).length * 1.9;
  return Math.max(1, Math.round((megabytes * 1e6) / (USERS + ROLES) / one));
}

const phases: Readonly<Record<string, (megabytes: number) => Promise<string>>> = {
  read: async (megabytes) => {
    let facts = 0;
    const bytes = await read(statementsFor(megabytes), () => {
      facts += 1;
    });
    return `${Math.round(bytes / 1e6)} MB, ${facts} facts`;
  },
  evaluate: async () => {
    const builder = inventoryBuilder();
    await read(2, (fact) => builder.add(fact));
    const inventory = builder.build();
    const started = process.cpuUsage();
    const effective = awsEvaluator.evaluate(inventory);
    const seconds = process.cpuUsage(started).user / 1e6;
    return `${effective.size} principals, ${inventory.grants.size} grants in ${seconds.toFixed(1)} s of CPU`;
  },
};

async function main(): Promise<void> {
  const [megabytes = '200', phase] = process.argv.slice(2);
  const run = phase === undefined ? undefined : phases[phase];
  if (run === undefined) {
    process.stdout.write(`${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}\n`);
    for (const name of Object.keys(phases)) {
      spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), megabytes, name], {
        stdio: 'inherit',
      });
    }
    return;
  }
  const [wall, started] = [Date.now(), process.cpuUsage()];
  const result = await run(Number(megabytes));
  const cpu = process.cpuUsage(started).user / 1e6;
  const rss = Math.round(process.resourceUsage().maxRSS / 1024);
  const time = `${((Date.now() - wall) / 1000).toFixed(1)} s (CPU ${cpu.toFixed(1)} s)`;
  process.stdout.write(`${phase}: ${result}; ${time}, at most ${rss} MB\n`);
}

await main();
