// A daemon under load, for kill.test.ts: `lease-daemon.ts <folder> <url> [<step>:<before|after>:<n>]`. It says every lease that it has
// handed out on standard output, and kills itself at the n-th call of a broker's step when it is told to.
import { Client } from 'pg';
import type { Broker } from '../../src/brokers/broker.ts';
import { startIssuerJobs } from '../../src/jobs/issuer-jobs.ts';
import { CONTEXT, WORKLOAD } from '../support/issuer-bench.ts';
import { urlFor } from '../support/postgres.ts';
import { DB_DETAIL, MEMBERSHIP_DETAIL } from '../support/postgres-target.ts';
import { MEMBERSHIP_TARGET, openFaultIssuer } from './fault-issuer.ts';

const [folder = '', url = '', point = ''] = process.argv.slice(2);
const { issuer } = await openFaultIssuer(folder, url, (broker) => (point === '' ? broker : deadly(broker, point)));
const jobs = startIssuerJobs({
  issuer,
  logger: { info() {}, warn() {}, error() {} },
  reconcileInterval: 300,
  now: () => new Date(),
});
process.stdout.write('ready\n');
await jobs.started;
await Promise.all(Array.from({ length: 8 }, (_, worker) => work(worker)));

/** Asks, perhaps logs in, perhaps gives back, for ever; every third lease is left to expire. */
async function work(worker: number): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    try {
      // Every fourth is an elevation, of the one member that all of them share.
      const elevation = (worker + turn) % 4 === 1;
      const asked = elevation ? { ...MEMBERSHIP_DETAIL, target: MEMBERSHIP_TARGET } : DB_DETAIL;
      const outcome = await issuer.request(WORKLOAD, { ...asked, duration: 1 }, CONTEXT);
      if (outcome.kind !== 'granted') throw new Error(outcome.kind);
      process.stdout.write(`${outcome.lease.id}\n`);
      const { user } = outcome.credential.plain;
      if (user !== undefined && (worker + turn) % 2 === 0)
        await logIn(String(user), outcome.credential.secret.password?.reveal() ?? '');
      if ((worker + turn) % 3 !== 0)
        await issuer.revoke(outcome.lease.id, { actor: 'system', reason: 'ended' }, CONTEXT);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** A session that nobody closes: taking the lease back must end it. */
async function logIn(user: string, password: string): Promise<void> {
  const client = new Client({ connectionString: urlFor(url, { user, password }) });
  client.on('error', () => undefined);
  await client.connect();
}

function deadly(broker: Broker, where: string): Broker {
  const [step, side, count] = where.split(':');
  let left = Number(count);
  const around = <Args extends unknown[], T>(name: string, call: (...args: Args) => Promise<T>) => {
    if (name !== step) return call;
    return async (...args: Args): Promise<T> => {
      left -= 1;
      if (left <= 0 && side === 'before') process.kill(process.pid, 'SIGKILL');
      const result = await call(...args);
      if (left <= 0) process.kill(process.pid, 'SIGKILL');
      return result;
    };
  };
  return {
    ...broker,
    create: around('create', broker.create),
    disable: around('disable', broker.disable),
    endSessions: around('endSessions', broker.endSessions),
    remove: around('remove', broker.remove),
    verify: around('verify', broker.verify),
    list: around('list', broker.list),
  };
}
