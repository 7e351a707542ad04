// Faults under load, and what is left of them: `bench/faults.ts [sqlite|postgres] [ROUNDS] [FAULT]`; see test/faults. Ends with 1 when
// anything is wrong.
import { runFaults } from '../test/faults/run-faults.ts';

const [store = 'sqlite', rounds = '200', only] = process.argv.slice(2);
if (store !== 'sqlite' && store !== 'postgres') throw new TypeError('sqlite or postgres?');
const begun = performance.now();
const { tallies, violations, leftOut } = await runFaults(store, Number(rounds), {
  only,
  told: (line) => console.error(line),
});
console.log('| fault | rounds | handed out | orphans | past time | not in the log | unfinished | chains |');
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
const sum = { rounds: 0, handedOut: 0 };
for (const one of tallies.toSorted((a, b) => (a.fault < b.fault ? -1 : 1))) {
  const { fault, rounds: times, handedOut, orphans, pastTime, unlogged, unfinished, brokenChains } = one;
  const chains = brokenChains === 0 ? 'valid' : `${brokenChains} broken`;
  console.log(`| ${[fault, times, handedOut, orphans, pastTime, unlogged, unfinished, chains].join(' | ')} |`);
  sum.rounds += times;
  sum.handedOut += handedOut;
}
const seconds = Math.round((performance.now() - begun) / 1000);
console.log(`${store}: ${sum.rounds} rounds, ${sum.handedOut} leases handed out, ${seconds} s`);
for (const line of leftOut) console.log(`left out: ${line}`);
for (const line of violations) console.log(`WRONG: ${line}`);
process.exitCode = violations.length === 0 ? 0 : 1;
