import { parseArgs } from 'node:util';
import { secretsScanner } from '../scanners/secrets/index.ts';
import { CONFIDENCES } from '../src/model/static-secret.ts';
import type { FoundSecret } from '../src/scan/secrets/found-secret.ts';
import { ruleSet } from '../src/scan/secrets/rule-set.ts';
import { findSecretsIn } from '../src/scan/secrets/secret-search.ts';
import type { Considered } from '../src/scan/secrets/trace.ts';
import { type LabelledCase, readCases } from './secrets-accuracy/labelled-cases.ts';
import { casesReportedBy, knownPeers } from './secrets-accuracy/peer.ts';
import { meanRecall, percent, TALLY_HEADER, tally, tallyLine } from './secrets-accuracy/score.ts';
import { isSameVendor, namesVendor } from './secrets-accuracy/vendor-names.ts';

const USAGE = `Measures the secrets scanner, and others beside it, on labelled texts. Run by hand:

  node --import ./test/support/typescript-loader.mjs bench/secrets-accuracy.ts CASES.jsonl [options]

  --peers              also the scanners that are known here and on PATH (gitleaks, kingfisher)
  --peer 'COMMAND'     also this one; {dir} is the folder of the texts, {out} a file that it may write its report to
  --missed, --wrong    lists the cases that were to be found and were not, or the other way round
  --other-vendor       lists the cases of a vendor that only rules of others report
  --source NAME        only the cases of one source
`;

interface Report {
  readonly secrets: readonly FoundSecret[];
  /** What rules looked at in vain, and why. */
  readonly considered: readonly string[];
}

type Reported = ReadonlyMap<LabelledCase, Report>;

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      peers: { type: 'boolean' },
      peer: { type: 'string', multiple: true },
      missed: { type: 'boolean' },
      wrong: { type: 'boolean' },
      'other-vendor': { type: 'boolean' },
      source: { type: 'string' },
    },
  });
  const [file] = positionals;
  if (file === undefined) throw new Error(USAGE);
  const cases = readCases(file).filter((one) => values.source === undefined || one.source === values.source);
  const reported = reportedByLapse(cases);
  printLapse(cases, reported);
  for (const command of [...(values.peers ? knownPeers() : []), ...(values.peer ?? [])]) {
    const named = casesReportedBy(command, cases);
    printTally(command.split(' ')[0] ?? command, cases, (one) => named.has(one));
  }
  if (values.missed) list('missed', cases, reported, (one, secrets) => one.expect && secrets.length === 0);
  if (values.wrong) list('wrong', cases, reported, (one, secrets) => !one.expect && secrets.length > 0);
  if (values['other-vendor']) {
    list(
      'other vendor',
      cases,
      reported,
      (one, secrets) => one.expect && secrets.length > 0 && !isOfItsVendor(one, secrets),
    );
  }
}

function reportedByLapse(cases: readonly LabelledCase[]): Reported {
  const rules = ruleSet(secretsScanner.rules());
  const now = new Date();
  return new Map(
    cases.map((one) => {
      const considered: string[] = [];
      const trace = ({ rule, reason }: Considered) => void considered.push(`${rule} ${reason}`);
      const { secrets } = findSecretsIn(Buffer.from(one.text), { rules, now, honourComments: true, trace });
      return [one, { secrets, considered }];
    }),
  );
}

function printLapse(cases: readonly LabelledCase[], reported: Reported): void {
  const secretsOf = (one: LabelledCase) => reported.get(one)?.secrets ?? [];
  printTally('lapse', cases, (one) => secretsOf(one).length > 0);
  for (const tier of CONFIDENCES) {
    const isInTier = (one: LabelledCase) => secretsOf(one).some((secret) => secret.confidence === tier);
    console.log(tallyLine(`  ${tier}`, tally(cases, isInTier)));
  }
  const isSure = (one: LabelledCase) => secretsOf(one).some((secret) => secret.confidence !== 'generic');
  console.log(tallyLine('  structured or contextual', tally(cases, isSure)));
  const strict = tally(cases, (one) => isOfItsVendor(one, secretsOf(one)));
  console.log(`by a rule of the vendor, where the case names one: ${percent(strict.found, strict.positives)}\n`);
}

/** A case of a vendor is hit only by a rule of that vendor; one of nobody in particular by any. */
function isOfItsVendor({ provider }: LabelledCase, secrets: readonly FoundSecret[]): boolean {
  return secrets.some((secret) => !namesVendor(provider) || isSameVendor(secret.vendor, provider));
}

function printTally(name: string, cases: readonly LabelledCase[], isReported: (one: LabelledCase) => boolean): void {
  console.log(`${name}\n${TALLY_HEADER}`);
  for (const source of [...new Set(cases.map((one) => one.source))].sort()) {
    const ofSource = cases.filter((one) => one.source === source);
    console.log(tallyLine(`  ${source}`, tally(ofSource, isReported)));
  }
  console.log(
    tallyLine(
      '  cases of no vendor',
      tally(
        cases.filter((one) => !namesVendor(one.provider)),
        isReported,
      ),
    ),
  );
  console.log(tallyLine('  all', tally(cases, isReported)));
  console.log(`mean recall over sources: ${meanRecall(cases, isReported)}\n`);
}

function list(
  title: string,
  cases: readonly LabelledCase[],
  reported: Reported,
  isListed: (one: LabelledCase, secrets: readonly FoundSecret[]) => boolean,
): void {
  for (const one of cases) {
    const { secrets, considered } = reported.get(one) ?? { secrets: [], considered: [] };
    if (!isListed(one, secrets)) continue;
    const rules = secrets.map((secret) => `${secret.vendor}:${secret.rule.id}:${secret.confidence}`).join(' ');
    const why = [...new Set(considered)].join('; ');
    console.log(`${title} ${one.id} ${one.source} ${one.provider}/${one.rule} [${rules}] {${why}}`);
    console.log(`  ${JSON.stringify(one.text.slice(0, 400))}`);
  }
}

main();
