import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { motoMissing, startMoto } from '../../support/moto.ts';
import { runLapse } from '../../support/processes.ts';

const missing = motoMissing();
if (missing !== undefined) console.warn(`lapse scan --live aws is not tested: ${missing}`);

const ACCOUNT = '123456789012';
const USERS = 130;

describe.skipIf(missing !== undefined)('lapse scan --live aws', () => {
  let moto: Awaited<ReturnType<typeof startMoto>>;
  let folder: string;
  let key: { readonly id: string; readonly secret: string };

  beforeAll(async () => {
    moto = await startMoto();
    folder = mkdtempSync(join(tmpdir(), 'lapse-live-aws-'));
    const iam = new IAMClient({
      region: 'us-east-1',
      endpoint: moto.env.AWS_ENDPOINT_URL ?? '',
      credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    });
    const admin = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'everything', PolicyDocument: JSON.stringify(admin) }),
    );
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/ci` }, Action: 'sts:AssumeRole' }],
    };
    const role = { RoleName: 'deploy', AssumeRolePolicyDocument: JSON.stringify(trust) };
    await iam.send(new CreateRoleCommand(role));
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'deploy', PolicyArn: Policy?.Arn ?? '' }));
    await iam.send(new CreateUserCommand({ UserName: 'ci' }));
    await iam.send(new AttachUserPolicyCommand({ UserName: 'ci', PolicyArn: Policy?.Arn ?? '' }));
    for (let index = 1; index < USERS; index++) await iam.send(new CreateUserCommand({ UserName: `user-${index}` }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ci' }));
    key = { id: AccessKey?.AccessKeyId ?? '', secret: AccessKey?.SecretAccessKey ?? '' };
    iam.destroy();
  });
  afterAll(async () => {
    await moto?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it('finds users, roles and keys by the API, and what a key in a file can do', async () => {
    writeFileSync(join(folder, '.env'), `AWS_ACCESS_KEY_ID=${key.id}\nAWS_SECRET_ACCESS_KEY=${key.secret}\n`);
    const argv = ['scan', '.', '--live', 'aws', '--format', 'json', '--fail-on', 'none'];
    const { code, stdout, stderr } = await runLapse(argv, { cwd: folder, env: moto.env });
    expect(stderr).toBe('');
    const report = JSON.parse(stdout);
    // The server does not know this one call: what it refuses is told, and all else is there.
    expect(report.problems.map(({ message }: { message: string }) => message)).toEqual([
      expect.stringMatching(/^iam\/service-specific-credentials\.json: AWS refuses it/),
    ]);
    expect(code).toBe(3);
    const users = report.principals.filter(({ kind }: { kind: string }) => kind === 'user');
    expect(users).toHaveLength(USERS);
    expect(report.credentials.map(({ native_id }: { native_id: string }) => native_id)).toContain(key.id);
    expect(stdout).not.toContain(key.secret);
    const path = await runLapse(['graph', '.env:1', '--to', 'admin'], { cwd: folder, env: moto.env });
    expect(path.stdout).toMatch(/aws user ci by access-key[\s\S]*= admin of 123456789012/);
  });

  it('says that nobody knows who asks, and no more', async () => {
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...env } = moto.env;
    const { code, stderr } = await runLapse(['scan', '--live', 'aws'], { cwd: folder, env });
    expect(code).toBe(2);
    expect(stderr).toContain('AWS does not know who asks (CredentialsProviderError)');
  });
});
