import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { secretsScanner } from '../scanners/secrets/index.ts';
import { ruleSet } from '../src/scan/secrets/rule-set.ts';
import { findSecretsIn } from '../src/scan/secrets/secret-search.ts';

/**
 * Measures the secrets scanner on labelled texts. Run by hand:
 * `node --import ./test/support/typescript-loader.mjs bench/secret-cases.ts FILE.jsonl [--missed N] [--wrong N]`.
 * A case counts as found when anything is reported in it.
 */
const labelledCase = z.object({
  id: z.string(),
  source: z.string(),
  provider: z.string(),
  rule: z.string(),
  expect: z.boolean(),
  text: z.string(),
});

interface Tally {
  positives: number;
  found: number;
  negatives: number;
  wrong: number;
}

const empty = (): Tally => ({ positives: 0, found: 0, negatives: 0, wrong: 0 });

function main(args: readonly string[]): void {
  const file = args[0];
  if (file === undefined) throw new Error('usage: secret-cases.ts FILE.jsonl [--missed N] [--wrong N]');
  const cases = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => labelledCase.parse(JSON.parse(line)));
  const rules = ruleSet(secretsScanner.rules());
  const bySource = new Map<string, Tally>();
  const total = empty();
  // What gates fail on by default.
  const sure = empty();
  const missed: string[] = [];
  const wrong: string[] = [];
  const started = performance.now();
  for (const { id, source, provider, rule, expect, text } of cases) {
    const { secrets } = findSecretsIn(Buffer.from(text), { rules, now: new Date(), honourComments: true });
    const tally = bySource.get(source) ?? empty();
    bySource.set(source, tally);
    const reported = secrets.map((secret) => `${secret.rule.id} ${secret.confidence}`).join(', ');
    for (const one of [tally, total, sure]) {
      if (expect) one.positives++;
      else one.negatives++;
      const counted = one === sure ? secrets.filter((secret) => secret.confidence !== 'generic') : secrets;
      if (counted.length > 0) one[expect ? 'found' : 'wrong']++;
    }
    if (expect && secrets.length === 0) missed.push(`${id} ${provider} ${rule} ${JSON.stringify(text)}`);
    if (!expect && secrets.length > 0) wrong.push(`${id} ${provider} ${rule} [${reported}] ${JSON.stringify(text)}`);
  }
  const milliseconds = performance.now() - started;
  for (const [source, tally] of [...bySource].sort()) console.log(line(source, tally));
  const recalls = [...bySource.values()]
    .filter((tally) => tally.positives > 0)
    .map((tally) => tally.found / tally.positives);
  console.log(line('all', total));
  console.log(line('without generic', sure));
  console.log(
    `mean recall over sources ${percent(
      recalls.reduce((sum, value) => sum + value, 0),
      recalls.length,
    )}`,
  );
  console.log(
    `precision ${percent(total.found, total.found + total.wrong)}, ${rules.rules.length} rules, ${milliseconds.toFixed(0)} ms`,
  );
  print('missed', missed, args);
  print('wrong', wrong, args);
}

function line(name: string, { positives, found, negatives, wrong }: Tally): string {
  return `${name.padEnd(18)} recall ${percent(found, positives)} of ${positives}, false positives ${percent(wrong, negatives)} of ${negatives}`;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}

function print(name: string, lines: readonly string[], args: readonly string[]): void {
  const at = args.indexOf(`--${name}`);
  if (at >= 0)
    for (const text of lines.slice(0, Number(args[at + 1] ?? 20))) console.log(`${name}: ${text.slice(0, 300)}`);
}

main(process.argv.slice(2));
