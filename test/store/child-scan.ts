/** Run by tests as a process of its own: `child-scan.ts FILE SOURCE FACTS SCANS`. */
import { openInventoryStore } from '../../src/store/inventory/open-inventory-store.ts';
import { unit, user } from './sample-facts.ts';

const [file = '', source = '', facts = '0', scans = '0'] = process.argv.slice(2);
const store = await openInventoryStore(file);
console.log('open');
for (let round = 1; round <= Number(scans); round++) {
  const draft = await store.begin({ source, at: new Date(Date.UTC(2026, 0, round)) });
  for (let n = 0; n < Number(facts); n += 500) {
    const batch = Array.from({ length: 500 }, (_, i) => user(`${source}-${n + i}`, { attributes: { round } }));
    await draft.add(unit('iam.json', ...batch.map((body) => ({ kind: 'principal', body }) as const)));
    if (n === 0) console.log('adding', round);
  }
  console.log('committing', round);
  const { id } = await draft.commit({ coverage: { read: 'all' }, units: 1, problems: [] });
  console.log('committed', round, id);
}
await store.close();
