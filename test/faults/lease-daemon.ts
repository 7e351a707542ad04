// A daemon under load, for the fault rounds: `lease-daemon.ts <place as JSON>`. It is told what to do line by line on standard input, and says
// on standard output what happens: `warm`, `ready`, `lease <id> <seconds>` for each one that it hands out, `quiet`, `begun` and `round
// <failures>` around each reconciliation, `stopped`. It dies with its standard input.
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import type { Broker } from '../../src/brokers/broker.ts';
import { type IssuerJobs, startIssuerJobs } from '../../src/jobs/issuer-jobs.ts';
import { CONTEXT, WORKLOAD } from '../support/issuer-bench.ts';
import { urlFor } from '../support/postgres.ts';
import { DB_DETAIL, MEMBERSHIP_DETAIL } from '../support/postgres-target.ts';
import {
  type FaultIssuer,
  type FaultPlace,
  MEMBERSHIP_TARGET,
  openFaultIssuer,
  RECONCILE_INTERVAL,
} from './fault-issuer.ts';

/** What a daemon is told. */
export type Order =
  | { readonly do: 'open'; readonly place: FaultPlace & { readonly logins: string } }
  /** So many ask at once, until another number is said. */
  | { readonly do: 'load'; readonly workers: number }
  /** The host's clock is so many milliseconds off. */
  | { readonly do: 'clock'; readonly offset: number }
  /** Dies at the n-th call of a broker's step: `create:before:3`. */
  | { readonly do: 'die'; readonly point: string }
  | { readonly do: 'stop' };

const say = (line: string): void => void process.stdout.write(`${line}\n`);
let opened: (FaultIssuer & { readonly jobs: IssuerJobs; readonly logins: string }) | undefined;
let wanted = 0;
let working: readonly Promise<void>[] = [];
let point: { readonly step: string; readonly side: string; left: number } | undefined;

const RealDate = Date;
let offset = 0;
/** What is done to the host's clock is seen by everything that asks for the date, and by nothing that counts milliseconds. */
globalThis.Date = new Proxy(RealDate, {
  construct: (date, args) => Reflect.construct(date, args.length === 0 ? [date.now() + offset] : args),
  get: (date, name) => (name === 'now' ? () => date.now() + offset : Reflect.get(date, name)),
});

async function obey(order: Order): Promise<void> {
  switch (order.do) {
    case 'open': {
      const { issuer, store } = await openFaultIssuer(order.place, deadly);
      const reconcile = async () => {
        say('begun');
        const done = await issuer.reconcile();
        say(`round ${done.failed}`);
        return done;
      };
      const jobs = startIssuerJobs({
        issuer: { runDue: issuer.runDue, onDeadline: issuer.onDeadline, reconcile },
        logger: { info() {}, warn() {}, error() {} },
        reconcileInterval: RECONCILE_INTERVAL,
        now: store.now,
      });
      opened = { issuer, store, jobs, logins: order.place.logins };
      say('ready');
      return;
    }
    case 'load':
      wanted = order.workers;
      if (wanted > 0) working = Array.from({ length: wanted }, (_, worker) => work(worker));
      else {
        await Promise.all(working);
        say('quiet');
      }
      return;
    case 'clock':
      offset = order.offset;
      return;
    case 'die': {
      const [step = '', side = '', count] = order.point.split(':');
      point = { step, side, left: Number(count) };
      return;
    }
    case 'stop':
      await opened?.jobs.stop();
      await opened?.issuer.revokeAll({}, { actor: 'system', reason: 'revoked' }, CONTEXT);
      await opened?.issuer.reconcile();
      await opened?.issuer.close();
      await opened?.store.close();
      say('stopped');
      process.exit();
  }
}

/** Asks, perhaps logs in, perhaps gives back; every third lease is left to expire. */
async function work(worker: number): Promise<void> {
  if (opened === undefined) throw new TypeError('not open yet');
  const { issuer, logins } = opened;
  for (let turn = 0; worker < wanted; turn += 1) {
    try {
      // Every fourth is an elevation, of the one member that all of them share.
      const elevation = (worker + turn) % 4 === 1;
      const asked = elevation ? { ...MEMBERSHIP_DETAIL, target: MEMBERSHIP_TARGET } : DB_DETAIL;
      const duration = (worker + turn) % 5 === 0 ? 5 : 1;
      const outcome = await issuer.request(WORKLOAD, { ...asked, duration }, CONTEXT);
      if (outcome.kind !== 'granted') throw new Error(outcome.kind);
      say(`lease ${outcome.lease.id} ${duration}`);
      const { user } = outcome.credential.plain;
      if (user !== undefined && (worker + turn) % 4 === 0)
        await logIn(logins, String(user), outcome.credential.secret.password?.reveal() ?? '');
      if ((worker + turn) % 3 !== 0)
        await issuer.revoke(outcome.lease.id, { actor: 'system', reason: 'ended' }, CONTEXT);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** A session that nobody closes: taking the lease back must end it. */
async function logIn(url: string, user: string, password: string): Promise<void> {
  const client = new Client({ connectionString: urlFor(url, { user, password }) });
  client.on('error', () => undefined);
  await client.connect();
}

function deadly(broker: Broker): Broker {
  const around = <Args extends unknown[], T>(name: string, call: (...args: Args) => Promise<T>) => {
    return async (...args: Args): Promise<T> => {
      if (point?.step !== name) return await call(...args);
      point.left -= 1;
      if (point.left <= 0 && point.side === 'before') process.kill(process.pid, 'SIGKILL');
      const result = await call(...args);
      if (point.left <= 0) process.kill(process.pid, 'SIGKILL');
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

say('warm');
for await (const line of createInterface(process.stdin))
  void obey(JSON.parse(line) as Order).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
process.exit();
