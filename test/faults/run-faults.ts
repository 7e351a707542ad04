import { examineWorld, type Wrong } from './examine-world.ts';
import { type Fault, possibleFaults } from './fault-kinds.ts';
import { FaultWorld, type StoreKind } from './fault-world.ts';

/** After so many rounds a new store is begun. */
const ROUNDS_PER_ERA = 20;

/** What one kind of fault came to. */
export interface FaultTally {
  readonly fault: string;
  rounds: number;
  handedOut: number;
  orphans: number;
  pastTime: number;
  unlogged: number;
  unfinished: number;
  brokenChains: number;
}

export interface FaultReport {
  readonly tallies: readonly FaultTally[];
  /** Sentences; nothing is wrong when there are none. */
  readonly violations: readonly string[];
  /** What could not be tried here, and why. */
  readonly leftOut: readonly string[];
}

/** Lets faults happen, one a round, and looks at what is left after each recovery. */
export async function runFaults(
  kind: StoreKind,
  rounds: number,
  options: { readonly only?: string | undefined; told?(line: string): void } = {},
): Promise<FaultReport> {
  const world = await FaultWorld.start(kind);
  const violations: string[] = [];
  const tallies = new Map<string, FaultTally>();
  try {
    const faults = possibleFaults(world).filter(({ name }) => name.includes(options.only ?? ''));
    let hand: readonly Fault[] = [];
    for (let round = 0; round < rounds; round += 1) {
      if (round % ROUNDS_PER_ERA === 0) {
        if (round > 0) await world.endEra();
        await world.beginEra();
      }
      // Drawn without putting back: each has happened before one happens again.
      if (hand.length === 0) hand = shuffled(faults);
      const [fault, ...others] = hand;
      hand = others;
      if (fault === undefined) throw new TypeError('no such fault');
      const begun = performance.now();
      world.load();
      await world.busy();
      await fault.happen(world);
      await world.quiet();
      await world.recovered();
      const handedOut = world.takeHandedOut();
      const wrong = await examineWorld(world, handedOut);
      count(tallies, fault.name, handedOut.length, wrong);
      violations.push(...sentences(`round ${round}, ${fault.name}`, wrong));
      options.told?.(
        `${round} ${fault.name}: ${handedOut.length} handed out, ${Math.round(performance.now() - begun)} ms ${sentences('', wrong).join('; ')}`,
      );
      await world.restart();
    }
    await world.endEra();
    return { tallies: [...tallies.values()], violations, leftOut: leftOut(world) };
  } finally {
    await world.close();
  }
}

function leftOut(world: FaultWorld): readonly string[] {
  return world.storeDisk.canBeFull && world.auditDisk.canBeFull
    ? []
    : ['full disks: no file system can be mounted here (needs root or sudo)'];
}

function count(tallies: Map<string, FaultTally>, fault: string, handedOut: number, wrong: Wrong): void {
  const none = { fault, rounds: 0, handedOut: 0, orphans: 0, pastTime: 0, unlogged: 0, unfinished: 0, brokenChains: 0 };
  const tally = tallies.get(fault) ?? none;
  tallies.set(fault, tally);
  tally.rounds += 1;
  tally.handedOut += handedOut;
  tally.orphans += wrong.orphans.length;
  tally.pastTime += wrong.pastTime.length;
  tally.unlogged += wrong.unlogged.length;
  tally.unfinished += wrong.unfinished;
  tally.brokenChains += wrong.chain.length > 0 ? 1 : 0;
}

function sentences(where: string, wrong: Wrong): readonly string[] {
  return [
    ...wrong.orphans,
    ...wrong.pastTime.map((id) => `${id} alive past its time`),
    ...wrong.unlogged,
    ...(wrong.unfinished === 0 ? [] : [`${wrong.unfinished} leases neither handed out nor given up`]),
    ...wrong.chain,
  ].map((what) => `${where}: ${what}`);
}

function shuffled<T>(all: readonly T[]): readonly T[] {
  return all
    .map((one) => ({ one, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
