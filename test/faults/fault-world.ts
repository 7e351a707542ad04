import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openIssuerKeys } from '../../src/issuer/keys.ts';
import type { IssuerStore } from '../../src/store/issuer/issuer-store.ts';
import { runSql, startPostgres, type TestPostgres, urlFor } from '../support/postgres.ts';
import { prepareDatabase } from '../support/postgres-target.ts';
import { bundleDaemon, FaultDaemon, type HandedOut } from './fault-daemon.ts';
import { ABANDON_AFTER, DEAD_AFTER, openFaultStore } from './fault-issuer.ts';
import { FaultProxy } from './fault-proxy.ts';
import { SmallDisk } from './small-disk.ts';

export type StoreKind = 'sqlite' | 'postgres';

/** Who asks at once, of all daemons together. */
const WORKERS = 16;
const MEGABYTES = 96;

/** What one store and its daemons have in common; a new one now and then keeps the chains short. */
interface Era {
  readonly name: string;
  /** Past the proxy. */
  readonly direct: string;
  readonly store: string;
  readonly reader: IssuerStore;
}

/** The server, the proxies, the disks and the daemons that the rounds happen to. */
export class FaultWorld {
  readonly kind: StoreKind;
  readonly folder: string;
  readonly server: TestPostgres;
  /** In front of the target, and of the issuer's own database. */
  readonly target: FaultProxy;
  readonly database: FaultProxy;
  readonly storeDisk: SmallDisk;
  readonly auditDisk: SmallDisk;
  readonly #program: string;
  readonly #spares: FaultDaemon[] = [];
  readonly #handedOut: HandedOut[] = [];
  daemons: FaultDaemon[] = [];
  /** What the host's clock is off, in milliseconds. */
  clock = 0;
  #era: Era | undefined;
  #eras = 0;
  #opened = 0;

  private constructor(
    kind: StoreKind,
    server: TestPostgres,
    made: { readonly folder: string; readonly program: string; readonly proxies: readonly [FaultProxy, FaultProxy] },
  ) {
    const { folder } = made;
    this.#program = made.program;
    this.kind = kind;
    this.folder = folder;
    this.server = server;
    [this.target, this.database] = made.proxies;
    this.storeDisk = new SmallDisk(join(folder, 'store'), MEGABYTES);
    this.auditDisk = new SmallDisk(join(folder, 'audit'), MEGABYTES);
  }

  static async start(kind: StoreKind): Promise<FaultWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'lapse-faults-'));
    // The server's account keeps a database on one of the disks.
    chmodSync(folder, 0o755);
    const server = await startPostgres({ max_connections: '300' });
    await prepareDatabase(server);
    await runSql(server.url, 'create role g_ann login');
    await openIssuerKeys(join(folder, 'keys'));
    const port = Number(new URL(server.url).port);
    const [program, target, database] = await Promise.all([
      bundleDaemon(),
      FaultProxy.start(port),
      FaultProxy.start(port),
    ]);
    const world = new FaultWorld(kind, server, { folder, program, proxies: [target, database] });
    if (kind === 'postgres' && world.storeDisk.canBeFull) await world.#makeTablespace();
    world.#refill();
    return world;
  }

  get era(): Era {
    if (this.#era === undefined) throw new TypeError('no era has begun');
    return this.#era;
  }

  /** Two of them where the store is made for several. */
  get #slots(): number {
    return this.kind === 'postgres' ? 2 : 1;
  }

  async beginEra(): Promise<void> {
    this.#eras += 1;
    const name = `era${this.#eras}`;
    let direct = join(this.storeDisk.folder, name, 'issuer.db');
    let store = direct;
    if (this.kind === 'postgres') {
      const place = this.storeDisk.canBeFull ? ' tablespace small' : '';
      await runSql(this.server.url, `create database ${name}${place}`);
      direct = urlFor(this.server.url, { database: name });
      store = this.database.url(direct);
    } else mkdirSync(join(this.storeDisk.folder, name), { recursive: true });
    this.#era = { name, direct, store, reader: await openFaultStore(direct) };
    this.daemons = [];
    await this.restart();
  }

  /** Ends it as an operator would: everything is taken back. */
  async endEra(): Promise<void> {
    const { name, reader } = this.era;
    await Promise.all(this.daemons.map((daemon) => daemon.orderUntil({ do: 'stop' }, 'stopped')));
    this.daemons = [];
    await reader.close();
    this.#era = undefined;
    if (this.kind === 'postgres') await runSql(this.server.url, `drop database ${name} with (force)`);
    rmSync(join(this.storeDisk.folder, name), { recursive: true, force: true });
    rmSync(join(this.auditDisk.folder, name), { recursive: true, force: true });
  }

  /** Puts new daemons where there are dead ones. */
  async restart(): Promise<void> {
    this.daemons = this.daemons.filter(({ dead }) => !dead);
    const opening: Promise<void>[] = [];
    while (this.daemons.length < this.#slots) {
      const daemon = this.#spares.shift() ?? new FaultDaemon(this.#program);
      this.daemons.push(daemon);
      opening.push(this.#open(daemon));
    }
    await Promise.all(opening);
    this.#refill();
  }

  async #open(daemon: FaultDaemon): Promise<void> {
    await daemon.warm();
    daemon.order({ do: 'clock', offset: this.clock });
    // A file has one writer at a time: on PostgreSQL each daemon has one of its own.
    this.#opened += 1;
    const own = this.kind === 'sqlite' ? 'sqlite' : String(this.#opened);
    const place = {
      store: this.era.store,
      audit: join(this.auditDisk.folder, this.era.name, own),
      keys: join(this.folder, 'keys'),
      target: this.target.url(this.server.url),
      logins: this.server.url,
    };
    await daemon.orderUntil({ do: 'open', place }, 'ready');
  }

  load(): void {
    for (const daemon of this.daemons) daemon.order({ do: 'load', workers: WORKERS / this.daemons.length });
  }

  /** Resolves when something was handed out since the load began. */
  async busy(): Promise<void> {
    for (const end = performance.now() + 10_000; performance.now() < end; await pause(5))
      if (this.daemons.some(({ handedOut }) => handedOut > 0)) return;
  }

  async quiet(): Promise<void> {
    await Promise.all(this.daemons.map((daemon) => daemon.orderUntil({ do: 'load', workers: 0 }, 'quiet')));
  }

  /** Kills some of the daemons. */
  async kill(daemons: readonly FaultDaemon[] = this.daemons): Promise<void> {
    await Promise.all(
      daemons.map(async (daemon) => {
        await daemon.kill();
        this.#handedOut.push(...daemon.takeHandedOut());
      }),
    );
  }

  /** All that was handed out since this was asked last. */
  takeHandedOut(): readonly HandedOut[] {
    return [...this.#handedOut.splice(0), ...this.daemons.flatMap((daemon) => daemon.takeHandedOut())];
  }

  /** What was begun and never handed out is known to be given up by then; afterwards each daemon reconciles once. */
  async recovered(): Promise<void> {
    const end = performance.now() + Math.max(ABANDON_AFTER, DEAD_AFTER) + 500;
    while (performance.now() < end && (await this.unfinished()) > 0) await pause(20);
    await Promise.all(this.daemons.map((daemon) => daemon.reconciled()));
  }

  /** Leases that are neither handed out nor given up. */
  async unfinished(): Promise<number> {
    const states = ['INTENT', 'CREATING'] as const;
    return (await this.era.reader.read(({ leases }) => leases.list({ states, limit: 1e5 }))).length;
  }

  async close(): Promise<void> {
    await Promise.all([...this.daemons, ...this.#spares].map((daemon) => daemon.kill()));
    await this.#era?.reader.close();
    await Promise.all([this.target.close(), this.database.close()]);
    await this.server.stop();
    this.storeDisk.remove();
    this.auditDisk.remove();
    rmSync(this.#program, { force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }

  #refill(): void {
    while (this.#spares.length < this.#slots) this.#spares.push(new FaultDaemon(this.#program));
  }

  async #makeTablespace(): Promise<void> {
    const [row] = (await runSql(this.server.url, "select current_setting('data_directory') as data")) as {
      data: string;
    }[];
    const { uid, gid } = statSync(row?.data ?? '');
    const place = join(this.storeDisk.folder, 'space');
    mkdirSync(place);
    chownSync(place, uid, gid);
    await runSql(this.server.url, `create tablespace small location '${place}'`);
  }
}
