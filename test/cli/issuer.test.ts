import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSql, startPostgres, type TestPostgres, urlFor } from '../support/postgres.ts';
import { createBrokerRole, prepareDatabase } from '../support/postgres-target.ts';
import {
  type Finished,
  providerToken,
  runLapse,
  spawnLapse,
  startProvider,
  type TestProcess,
} from '../support/processes.ts';

/** The whole of it: a real provider of identities, a real database, the daemon in a process of its own, and the commands. */
let folder: string;
let postgres: TestPostgres;
let provider: Awaited<ReturnType<typeof startProvider>>;
let daemon: TestProcess;
let server: string;
let brokerUrl: string;
/** What the commands of two operators find in their environment. */
let alice: Record<string, string>;
let olga: Record<string, string>;
/** Everything that was handed out or typed in, which must be found nowhere afterwards. */
const secrets = new Set<string>();
const passwords = new Map<string, string>();

const CONFIG = (issuer: string) => `version: 1
issuer:
  pending_ttl: 1h
  reconcile_interval: 1s
  trust:
    - {id: ci, issuer: "${issuer}", audience: "https://lapse.example", subject: ci-job, owners_from: [actor], jwks_uri: "${issuer}/jwks"}
  targets:
    - id: orders-db
      type: postgres
      environment: production
      connection: {env: ORDERS_DB_ADMIN}
      grants:
        - {actions: [select], resources: ["orders.*"], roles: [orders_reader]}
        - {actions: [insert], resources: ["orders.*"], roles: [orders_writer]}
      max_ttl: 10m
    - id: orders-members
      type: postgres-membership
      connection: {env: ORDERS_DB_ADMIN}
      grants: [{actions: [select], resources: ["orders.*"], roles: [orders_reader]}]
    - id: down-db
      type: postgres
      connection: {env: DOWN_DB_ADMIN}
      grants: [{actions: [select], resources: ["orders.*"], roles: [orders_reader]}]
      connect_timeout: 500ms
  access:
    groups: {approvers: [alice, olga]}
    rules:
      - {id: read, effect: allow, subjects: [{kind: workload, subject: ci-job}], targets: [orders-db, down-db], actions: [select], resources: ["orders.*"], max_ttl: 5m}
      - {id: elevate, effect: allow, subjects: [{kind: workload, subject: ci-job}], targets: [orders-members], actions: [select], principals: [g_ci]}
      - {id: legacy, effect: allow, subjects: [{kind: static-key}], targets: [orders-db], actions: [select], resources: ["orders.*"], max_ttl: 5m}
      - id: write
        effect: escalate
        subjects: [{kind: workload, subject: ci-job}, {kind: operator}]
        targets: [orders-db]
        actions: [insert]
        resources: ["orders.*"]
        approvals: [{from: approvers, count: 1}]
        max_ttl: 5m
`;

const environment = () => ({
  USER: 'alice',
  LAPSE_SERVER: server,
  ORDERS_DB_ADMIN: brokerUrl,
  DOWN_DB_ADMIN: urlFor(brokerUrl, {}).replace(/:\d+\//, ':9/'),
});

const lapse = (
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  stdin?: string,
): Promise<Finished> =>
  runLapse(argv, { cwd: folder, env: { ...environment(), ...env }, ...(stdin === undefined ? {} : { stdin }) });

/** A fresh token of the CI job, as its environment would have it. */
async function ciToken(client?: string): Promise<{ LAPSE_SUBJECT_TOKEN: string }> {
  const token = await providerToken(provider.url, 'https://lapse.example', client);
  secrets.add(token);
  return { LAPSE_SUBJECT_TOKEN: token };
}

async function startServe(): Promise<void> {
  daemon = spawnLapse(['serve', '--listen', '127.0.0.1:0'], { cwd: folder, env: environment() });
  [, server = ''] = await daemon.says(/ready at (\S+),/);
}

async function stopServe(): Promise<Finished> {
  daemon.child.kill('SIGTERM');
  return daemon.finished;
}

async function leasedRoles(): Promise<readonly string[]> {
  const rows = await runSql(
    postgres.url,
    "select rolname from pg_roles where starts_with(rolname, 'lapse_') and rolname <> 'lapse_broker'",
  );
  return (rows as { rolname: string }[]).map(({ rolname }) => rolname);
}

/** Signs in an operator that `lapse init` makes, in a home of its own; gives the environment of that person. */
async function operator(name: string): Promise<Record<string, string>> {
  const env = { USER: name, XDG_CONFIG_HOME: join(folder, `home-${name}`) };
  const { stdout } = await lapse(['init', '--operator', name], env);
  const password = stdout.trim();
  secrets.add(password);
  passwords.set(name, password);
  const login = await lapse(['login'], env, `${password}\n`);
  expect(login).toMatchObject({ code: 0, stdout: '' });
  return env;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse e2e '));
  [postgres, provider] = await Promise.all([startPostgres(), startProvider()]);
  await prepareDatabase(postgres);
  brokerUrl = await createBrokerRole(postgres);
  writeFileSync(join(folder, 'lapse.yaml'), CONFIG(provider.url));
  server = 'http://127.0.0.1:1';
  await startServe();
  alice = await operator('alice');
  olga = await operator('olga');
});

afterAll(async () => {
  daemon?.child.kill('SIGTERM');
  await daemon?.finished;
  await Promise.all([postgres?.stop(), provider?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

describe('lapse exec', () => {
  const exec = async (argv: readonly string[], script: string, env: Record<string, string> = {}) =>
    lapse(['exec', '--for', 'orders-db', ...argv, '--', 'sh', '-c', script], { ...(await ciToken()), ...env });

  it('runs a command with a credential that logs in, can do what was granted, and is gone afterwards', async () => {
    const script = `${process.execPath} --input-type=module -e '
      const { Client } = await import(process.env.PG_MODULE);
      const client = new Client({ connectionString: process.env.DATABASE_URL });
      await client.connect();
      const { rows } = await client.query("select count(*)::int as n from orders.invoice");
      const denied = await client.query("select * from orders.secret_note").then(() => "allowed", () => "denied");
      const role = await client.query("select current_user as name");
      console.log(JSON.stringify({ n: rows[0].n, denied, role: role.rows[0].name, password: process.env.PGPASSWORD, subject: process.env.LAPSE_SUBJECT_TOKEN ?? null }));
      await client.end();'; exit 7`;
    const result = await exec(['-a', 'select'], script, {
      PG_MODULE: new URL('../../node_modules/pg/esm/index.mjs', import.meta.url).href,
    });
    expect(result).toMatchObject({ code: 7, stderr: '' });
    const said = JSON.parse(result.stdout);
    secrets.add(said.password);
    expect(said).toMatchObject({ n: 2, denied: 'denied', role: expect.stringMatching(/^lapse_/), subject: null });
    expect(await leasedRoles()).toEqual([]);
    await expect(
      runSql(urlFor(postgres.url, { user: said.role, password: said.password }), 'select 1'),
    ).rejects.toThrow(/authentication failed/);
  });

  it('puts members where they are asked for', async () => {
    const result = await exec(
      ['-a', 'select', '-e', 'DB_USER=user', '-e', 'DB=database'],
      'echo "$DB_USER $DB <$PGUSER>"',
    );
    expect(result.stdout).toMatch(/^lapse_\S+ postgres <>\n$/);
    const unknown = await exec(['-a', 'select', '-e', 'X=colour'], 'true');
    expect(unknown).toMatchObject({ code: 125, stdout: '' });
    expect(unknown.stderr).toContain('no member "colour"');
    expect(await leasedRoles()).toEqual([]);
  });

  it('passes the end of the command on, and revokes whatever it was', async () => {
    expect((await exec(['-a', 'select'], 'kill -9 $$')).code).toBe(137);
    expect((await exec(['-a', 'select'], 'exit 0')).code).toBe(0);
    const missing = await lapse(
      ['exec', '--for', 'orders-db', '-a', 'select', '--', 'no-such-program'],
      await ciToken(),
    );
    expect(missing).toMatchObject({ code: 127, stdout: '' });
    expect(await leasedRoles()).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('hands %s to the command and revokes then', async (signal) => {
    const running = spawnLapse(
      [
        'exec',
        '--for',
        'orders-db',
        '-a',
        'select',
        '--',
        'sh',
        '-c',
        "trap 'echo caught; exit 3' TERM INT; echo started; while :; do sleep 0.1; done",
      ],
      { cwd: folder, env: { ...environment(), ...(await ciToken()) } },
    );
    await running.says(/started/);
    expect(await leasedRoles()).toHaveLength(1);
    running.child.kill(signal);
    expect(await running.finished).toMatchObject({ code: 3, stdout: 'started\ncaught\n' });
    expect(await leasedRoles()).toEqual([]);
  });

  it('uses 125 for its own failures', async () => {
    const denied = await lapse(
      ['exec', '--for', 'orders-db', '-a', 'select', '--', 'true'],
      await ciToken('other-job'),
    );
    expect(denied).toMatchObject({ code: 125, stdout: '' });
    expect(denied.stderr).toContain('the subject token was refused');
    const nobody = await lapse(['exec', '--for', 'orders-db', '-a', 'select', '--', 'true']);
    expect(nobody).toMatchObject({ code: 125 });
    expect(nobody.stderr).toContain('ERR_NOT_SIGNED_IN');
    const unreachable = await lapse(
      ['exec', '--for', 'orders-db', '-a', 'select', '--server', 'http://127.0.0.1:9', '--', 'true'],
      await ciToken(),
    );
    expect(unreachable.stderr).toContain('ERR_DAEMON_UNREACHABLE');
    expect(unreachable.code).toBe(125);
  });

  it('reads the token from a file or from the token service of a workflow', async () => {
    const { LAPSE_SUBJECT_TOKEN } = await ciToken();
    writeFileSync(join(folder, 'token'), `${LAPSE_SUBJECT_TOKEN}\n`);
    const argv = ['exec', '--for', 'orders-db', '-a', 'select'];
    expect((await lapse([...argv, '--token-file', 'token', '--', 'true'])).code).toBe(0);
    rmSync(join(folder, 'token'));
  });
});

describe('lapse request', () => {
  it('prints the answer as JSON; a target that is down is unavailable and leaves nothing', async () => {
    const { code, stdout } = await lapse(['request', 'orders-db', '-a', 'select', '-d', '90s'], await ciToken());
    expect(code).toBe(0);
    const answer = JSON.parse(stdout);
    secrets.add(answer.credential.password);
    expect(answer).toMatchObject({
      token_type: 'N_A',
      credential: { user: expect.stringMatching(/^lapse_/), database: 'postgres' },
    });
    expect(answer.expires_in).toBeLessThanOrEqual(90);
    expect(
      await runSql(urlFor(postgres.url, answer.credential), 'select count(*)::int as n from orders.invoice'),
    ).toEqual([{ n: 2 }]);
    expect((await lapse(['revoke', answer.lease_id], alice)).code).toBe(0);

    const down = await lapse(['request', 'down-db', '-a', 'select'], await ciToken());
    expect(down).toMatchObject({ code: 5, stdout: '' });
  });

  it('waits for a human: approved by somebody who did not start it', async () => {
    const waiting = spawnLapse(['request', 'orders-db', '-a', 'insert', '--reason', 'backfill'], {
      cwd: folder,
      env: { ...environment(), ...(await ciToken()) },
    });
    const id = await pendingRequest(alice);
    const self = await lapse(['approve', id], olga);
    expect(self).toMatchObject({ code: 4, stdout: '' });
    expect(self.stderr).toContain('ERR_APPROVAL_SELF');
    expect(await lapse(['approve', id, '--reason', 'looked at it'], alice)).toMatchObject({
      code: 0,
      stdout: `${id} approved\n`,
    });
    const { code, stdout, stderr } = await waiting.finished;
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(
        new RegExp(`^waiting for an approver from 1 of approvers until \\S+: lapse approve ${id}\\n$`),
      ),
    });
    const { credential } = JSON.parse(stdout);
    secrets.add(credential.password);
    await runSql(urlFor(postgres.url, credential), 'insert into orders.invoice values (99, true)');
    await expect(runSql(urlFor(postgres.url, credential), 'select * from orders.invoice')).rejects.toThrow(
      /permission denied/,
    );

    const listed = await lapse(['leases', '--format', 'json'], alice);
    const lease = JSON.parse(listed.stdout).leases.find(
      (each: { externalId: string }) => each.externalId === credential.user,
    );
    expect(await lapse(['revoke', lease.id], alice)).toMatchObject({ code: 0, stdout: `${lease.id} revoked\n` });
    await expect(runSql(urlFor(postgres.url, credential), 'select 1')).rejects.toThrow(/authentication failed/);
  });

  it('hears of a denial', async () => {
    const asked = await lapse(['request', 'orders-db', '-a', 'insert', '--no-wait'], await ciToken());
    const { auth_req_id: id } = JSON.parse(asked.stdout);
    expect(await lapse(['deny', id], alice)).toMatchObject({ code: 0, stdout: `${id} rejected\n` });
    const claimed = await lapse(['request', 'orders-db', '-a', 'insert', '--claim', id], await ciToken());
    expect(claimed).toMatchObject({ code: 4, stdout: '' });
    expect(claimed.stderr).toContain('ERR_ACCESS_DENIED');
  });

  it('of an operator is never approved by that operator', async () => {
    const asked = await lapse(['request', 'orders-db', '-a', 'insert', '--no-wait'], alice);
    const { auth_req_id: id } = JSON.parse(asked.stdout);
    expect((await lapse(['approve', id], alice)).stderr).toContain('ERR_APPROVAL_SELF');
  });

  it('elevates a role that exists while a command runs, and no other role', async () => {
    await runSql(postgres.url, "create role g_ci login password 'not-a-secret'; create role g_root login");
    const database = urlFor(postgres.url, { user: 'g_ci', password: 'not-a-secret' });
    const reads = `import('${import.meta.resolve('pg')}').then(async ({ default: { Client } }) => {
      const client = new Client({ connectionString: process.argv[1] });
      await client.connect();
      const { rows } = await client.query('select count(*)::int as n from orders.invoice');
      console.log(rows[0].n, process.env.LAPSE_ELEVATED);
      await client.end();
    })`;
    const exec = async (principal: string) =>
      lapse(
        ['exec', '--for', 'orders-members', '--principal', principal, '--', process.execPath, '-e', reads, database],
        await ciToken(),
      );
    const { code, stdout, stderr } = await exec('g_ci');
    expect({ code, stdout, stderr }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+ g_ci\n$/),
      stderr: expect.stringMatching(/^lapse: elevated for \d+ s: \{"principal":"g_ci","roles":\["orders_reader"\]/),
    });
    await expect(runSql(database, 'select * from orders.invoice')).rejects.toThrow(/permission denied/);
    expect(await exec('g_root')).toMatchObject({ code: 125, stdout: '' });
    expect(await leasedRoles()).toEqual([]);
  });

  it('is handed back early by its holder, and taken back by what leases have in common', async () => {
    const ask = async () => lapse(['request', 'orders-members', '--principal', 'g_ci'], await ciToken());
    const file = join(folder, 'handed-out.json');
    writeFileSync(file, (await ask()).stdout);
    expect(await lapse(['revoke', '--handed-out', file], {})).toMatchObject({ code: 0, stdout: 'handed back\n' });
    expect(await leasedRoles()).toEqual([]);
    for (const selector of [
      ['--principal', 'g_ci'],
      ['--prefix', 'lapse_'],
      ['--target', 'orders-members'],
    ]) {
      expect((await ask()).code).toBe(0);
      expect((await lapse(['revoke', ...selector], alice)).stdout).toMatch(
        /^1 of [12] leases revoked \(audit correlation /,
      );
      expect(await leasedRoles()).toEqual([]);
    }
    const left = await lapse(['revoke', '--request', 'req_none'], alice);
    expect(left).toMatchObject({ code: 0, stdout: expect.stringMatching(/^0 of 0/) });
    writeFileSync(file, '{}');
    for (const bad of [['--all', 'lse_x'], ['lse_x', '--target', 'x'], [], ['--handed-out', file]])
      expect((await lapse(['revoke', ...bad], alice)).code).toBe(2);
  });

  it('ends with a session that revokes everything at a target', async () => {
    const { stdout } = await lapse(['request', 'orders-db', '-a', 'select'], await ciToken());
    secrets.add(JSON.parse(stdout).credential.password);
    expect((await lapse(['revoke', '--all', '--target', 'orders-db'], alice)).code).toBe(0);
    expect(await leasedRoles()).toEqual([]);
    expect((await lapse(['leases'], alice)).stdout).toBe('');
    expect((await lapse(['revoke', '--all'], alice)).code).toBe(2);
    // What was begun at the target that is down stays on its way out.
    expect((await lapse(['revoke', '--all', '--yes'], alice)).stdout).toMatch(/^0 of [01] leases revoked/);
  });
});

/** The one request that waits; the client that asks may need a moment. */
async function pendingRequest(env: Readonly<Record<string, string>>): Promise<string> {
  for (;;) {
    const { stdout } = await lapse(['requests', '--format', 'json'], env);
    const [request] = JSON.parse(stdout).requests;
    if (request !== undefined) return request.id;
  }
}

describe('lapse swap', () => {
  const bind = ['bind', '--target', 'orders-db', '--source', '127.0.0.0/8', '--until', '2099-01-01'];

  it('binds only what the inventory knows', async () => {
    const unknown = await lapse(['swap', `secret:${'0'.repeat(24)}`, ...bind], alice);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('ERR_SECRET_UNKNOWN');
    expect((await lapse(['swap', 'deploy/.env:1', ...bind], alice)).stderr).toContain('ERR_STORE_NOT_FOUND');
  });

  it('takes a leaked key that a scan has found from refused to leased to refused again', async () => {
    const key = `${randomBytes(12).toString('hex')}Xq7`;
    secrets.add(key);
    mkdirSync(join(folder, 'deploy'), { recursive: true });
    writeFileSync(join(folder, 'deploy', '.env'), `DB_PASSWORD="${key}"\n`);
    expect((await lapse(['scan', '.', '--fail-on', 'none', '-q'])).code).toBe(0);
    const exec = () =>
      lapse(
        [
          'exec',
          '--for',
          'orders-db',
          '-a',
          'select',
          '--static-key-env',
          'OLD_KEY',
          '--',
          'sh',
          '-c',
          'echo "$PGUSER <$OLD_KEY>"',
        ],
        {
          OLD_KEY: key,
        },
      );

    const unbound = await exec();
    expect(unbound).toMatchObject({ code: 125, stdout: '' });
    expect(unbound.stderr).toContain('ERR_ACCESS_DENIED');

    expect((await lapse(['swap', 'deploy/.env:1'], alice)).stderr).toContain('not bound to a target');
    const bound = await lapse(['swap', 'deploy/.env:1', ...bind], alice);
    expect(bound).toMatchObject({ code: 0, stdout: expect.stringMatching(/^secret:\S+ +bound +orders-db/) });
    expect(await exec()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^lapse_\S+ <>\n$/) });
    const status = await lapse(['swap', 'deploy/.env:1'], alice);
    expect(status.stdout).toContain('last used 2');

    for (const step of ['swapped', 'disabled'])
      expect((await lapse(['swap', 'deploy/.env:1', step], alice)).stdout).toContain(` ${step} `);
    expect((await exec()).stderr).toContain('ERR_ACCESS_DENIED');
    expect((await lapse(['swap', 'deploy/.env:1', 'unbind'], alice)).stderr).toContain('ERR_BINDING_INVALID');
    expect(await leasedRoles()).toEqual([]);
  });
});

describe('the audit log', () => {
  it('is whole while the daemon runs, can be exported, and verified elsewhere', async () => {
    expect(await lapse(['audit', 'verify'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/is whole: \d+ events/),
    });
    expect((await lapse(['audit', 'export', '-o', 'export.jsonl'])).code).toBe(0);
    writeFileSync(join(folder, 'audit-keys.json'), (await lapse(['audit', 'keys'])).stdout);
    const verify = ['audit', 'verify', 'export.jsonl', '--keys', 'audit-keys.json'];
    expect((await lapse(verify)).code).toBe(0);
    const exported = readFileSync(join(folder, 'export.jsonl'), 'utf8');
    expect(exported).toContain('"event":"approval.given"');
    writeFileSync(
      join(folder, 'export.jsonl'),
      exported.replace('"actor":"operator:alice"', '"actor":"operator:mallory"'),
    );
    const tampered = await lapse(verify);
    expect(tampered.code).toBe(1);
    expect(tampered.stdout).toContain('was changed');
  });

  it('can be followed by an operator', async () => {
    const { code, stdout } = await lapse(['audit', 'tail', '-n', '2'], alice);
    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toHaveLength(2);
  });
});

describe('lapse serve', () => {
  it('drains when it is told to stop, and goes on where it was', async () => {
    const { stdout } = await lapse(['request', 'orders-db', '-a', 'select'], await ciToken());
    const answer = JSON.parse(stdout);
    secrets.add(answer.credential.password);
    const stopped = await stopServe();
    expect(stopped.code).toBe(0);
    expect(await lapse(['audit', 'verify'])).toMatchObject({ code: 0 });
    // The lease lives: stopping the daemon takes nothing from anybody.
    await runSql(urlFor(postgres.url, answer.credential), 'select 1');
    await startServe();
    expect((await lapse(['leases'], alice)).stderr).toContain('not signed in at');
    const revoked = await fetch(`${server}/revoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token: answer.access_token }).toString(),
    });
    expect(revoked.status).toBe(200);
    expect(await leasedRoles()).toEqual([]);
  });

  it('is not needed for the result of a command that it gave a lease to', async () => {
    const running = spawnLapse(
      ['exec', '--for', 'orders-db', '-a', 'select', '--', 'sh', '-c', 'echo started; read line; exit 4'],
      { cwd: folder, env: { ...environment(), ...(await ciToken()) }, stdin: 'open' },
    );
    await running.says(/started/);
    daemon.child.kill('SIGKILL');
    await daemon.finished;
    running.child.stdin?.end('go on\n');
    const { code, stderr } = await running.finished;
    expect(code).toBe(4);
    expect(stderr).toMatch(/lease lse_\S+ could not be ended now/);
    expect(await leasedRoles()).toHaveLength(1);
    await startServe();
    await lapse(['login'], alice, `${passwords.get('alice')}\n`);
    expect((await lapse(['revoke', '--all', '--target', 'orders-db'], alice)).code).toBe(0);
    expect(await leasedRoles()).toEqual([]);
  });

  it('refuses to listen in the open without TLS', async () => {
    const result = await lapse(['serve', '--listen', '0.0.0.0:0']);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain('not a loopback address, and TLS is off');
  });

  it('refuses a folder without an issuer section', async () => {
    writeFileSync(join(folder, 'other.yaml'), 'version: 1\n');
    expect((await lapse(['serve', '--config', 'other.yaml'])).stderr).toContain('no section "issuer"');
  });
});

describe('what is left behind', () => {
  it('is for its owner only', () => {
    for (const name of ['.lapse', '.lapse/issuer.db', '.lapse/store.key', 'home-alice/lapse/sessions.json'])
      expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
  });

  it('holds no secret: not the log, not the audit log, not the database', async () => {
    await stopServe();
    const stored = readdirSync(join(folder, '.lapse'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'store.key')
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    const everything = [...stored, daemon.stdout(), daemon.stderr()].join('\n');
    expect(secrets.size).toBeGreaterThan(15);
    expect(everything).toContain('lease.active');
    for (const secret of [...secrets, brokerUrl]) expect(everything.includes(secret)).toBe(false);
  });
});
