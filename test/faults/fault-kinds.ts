import { setTimeout as pause } from 'node:timers/promises';
import type { FaultProxy, Way } from './fault-proxy.ts';
import type { FaultWorld, StoreKind } from './fault-world.ts';
import type { SmallDisk } from './small-disk.ts';

export interface Fault {
  readonly name: string;
  /** Where it can happen; everywhere when absent. */
  readonly store?: StoreKind;
  /** Needs disks that can be full. */
  readonly disk?: true;
  /** Lets it happen to a world under load, and makes it good: dead daemons are started again, servers answer. */
  happen(world: FaultWorld): Promise<void>;
}

const between = (least: number, most: number): number => least + Math.random() * (most - least);
const oneOf = <T>(all: readonly T[]): T | undefined => all[Math.floor(Math.random() * all.length)];
const TEN_MINUTES = 600_000;

/** Every step of making and taking back. */
const STEPS = ['create', 'disable', 'endSessions', 'remove', 'verify', 'list'];
const POINTS = STEPS.flatMap((step) => [`${step}:before`, `${step}:after`]);

function target(name: string, way: () => Way, least: number, most: number): Fault {
  return { name: `target ${name}`, happen: (world) => misbehave(world.target, way(), between(least, most)) };
}

function database(name: string, way: () => Way, least: number, most: number): Fault {
  return {
    name: `store ${name}`,
    store: 'postgres',
    happen: (world) => misbehave(world.database, way(), between(least, most)),
  };
}

async function misbehave(proxy: FaultProxy, way: Way, milliseconds: number): Promise<void> {
  await proxy.set(way);
  await pause(milliseconds);
  // Half of what hung never comes back.
  if (way.kind === 'hang' && Math.random() < 0.5) proxy.cut();
  await proxy.set({ kind: 'pass' });
}

async function full(disk: SmallDisk, milliseconds: number): Promise<void> {
  disk.fill();
  await pause(milliseconds);
  disk.free();
}

async function jump(world: FaultWorld): Promise<void> {
  world.clock = oneOf([-TEN_MINUTES, 0, TEN_MINUTES].filter((offset) => offset !== world.clock)) ?? 0;
  for (const daemon of world.daemons) daemon.order({ do: 'clock', offset: world.clock });
  await pause(between(200, 600));
}

const FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 at any time',
    async happen(world) {
      await pause(between(0, 400));
      await world.kill();
      await world.restart();
    },
  },
  {
    name: 'kill -9 at a step of a broker',
    async happen(world) {
      const point = `${oneOf(POINTS)}:${Math.ceil(Math.random() * 6)}`;
      for (const daemon of world.daemons) daemon.order({ do: 'die', point });
      // A point that is not reached, because the load does not come that far, ends like any other moment.
      await Promise.all(world.daemons.map((daemon) => daemon.died(1_500)));
      await world.kill();
      await world.restart();
    },
  },
  {
    name: 'kill -9, target slow or gone',
    async happen(world) {
      await world.target.set(
        oneOf<Way>([{ kind: 'slow', milliseconds: 60 }, { kind: 'hang' }, { kind: 'drop', oneIn: 8 }]) ?? {
          kind: 'hang',
        },
      );
      await pause(between(50, 400));
      await world.kill();
      await world.target.set({ kind: 'pass' });
      await world.restart();
    },
  },
  {
    name: 'one of two killed',
    store: 'postgres',
    async happen(world) {
      await pause(between(0, 300));
      await world.kill(world.daemons.slice(0, 1));
      world.daemons = world.daemons.slice(1);
      await pause(between(0, 300));
    },
  },
  target('refuses', () => ({ kind: 'refuse' }), 200, 800),
  target('hangs', () => ({ kind: 'hang' }), 300, 1_600),
  target('slow', () => ({ kind: 'slow', milliseconds: between(20, 120) }), 400, 900),
  target('succeeds and drops', () => ({ kind: 'drop', oneIn: 12 }), 300, 800),
  database('refuses', () => ({ kind: 'refuse' }), 200, 800),
  database('hangs', () => ({ kind: 'hang' }), 300, 1_600),
  database('drops in commit', () => ({ kind: 'drop', oneIn: 40 }), 200, 600),
  { name: 'disk of the store full', disk: true, happen: (world) => full(world.storeDisk, between(300, 800)) },
  { name: 'disk of the audit sink full', disk: true, happen: (world) => full(world.auditDisk, between(300, 800)) },
  { name: 'clock jumps 10 min', happen: jump },
  {
    name: 'clock jumps 10 min, kill -9',
    async happen(world) {
      await jump(world);
      // Who starts now knows no other time.
      await world.kill();
      await world.restart();
    },
  },
];

/** The faults that can happen to a world. */
export function possibleFaults(world: FaultWorld): readonly Fault[] {
  const full = world.storeDisk.canBeFull && world.auditDisk.canBeFull;
  return FAULTS.filter(({ store, disk }) => (store ?? world.kind) === world.kind && (disk !== true || full));
}
