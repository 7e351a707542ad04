/**
 * Writes the pages that are made from the source: docs/config.schema.json from the schema of the configuration,
 * docs/compliance.schema.json from that of the report, docs/errors.md from the table of codes, docs/findings from the policies'
 * METADATA.
 *
 *   node scripts/build-docs.mjs           writes what differs
 *   node scripts/build-docs.mjs --check   writes nothing; exit 1 and the names of the files that are not fresh
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import '../test/support/typescript-loader.mjs';

const { configJsonSchema } = await import('../src/config/json-schema.ts');
const { ERROR_CODES } = await import('../src/errors.ts');
const { complianceJsonSchema } = await import('../src/report/compliance/json-schema.ts');

const AREAS = {
  USAGE: 'Command line',
  CONFIG: 'Configuration',
  BASELINE: 'Baseline',
  SCAN: 'Scanning',
  VERIFY: 'Asking vendors',
  STORE: 'Stores',
  POLICY: 'Policies',
  INTERNAL: 'Bugs',
};

const check = process.argv.includes('--check');
let stale = 0;
refresh('docs/config.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
refresh('docs/compliance.schema.json', `${JSON.stringify(complianceJsonSchema(), null, 2)}\n`);
refresh('docs/errors.md', errorsPage());
const findings = fileURLToPath(new URL('build-findings-docs.mjs', import.meta.url));
const access = fileURLToPath(new URL('build-access-docs.mjs', import.meta.url));
const made = [findings, access].map((script) =>
  spawnSync(process.execPath, [script, ...process.argv.slice(2)], { stdio: 'inherit' }),
);
process.exitCode = stale > 0 || made.some(({ status }) => status !== 0) ? 1 : 0;

function refresh(path, text) {
  const file = new URL(`../${path}`, import.meta.url);
  const fresh = read(file) === text;
  if (!fresh && !check) writeFileSync(file, text);
  if (!fresh && check) stale += 1;
  console.log(`${path}: ${fresh ? 'fresh' : check ? 'not fresh, run "npm run docs"' : 'written'}`);
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function errorsPage() {
  const groups = new Map();
  for (const entry of Object.entries(ERROR_CODES)) {
    const area = AREAS[entry[0].split('_')[1]] ?? 'Issuer and daemon';
    groups.set(area, [...(groups.get(area) ?? []), entry]);
  }
  const sections = [...groups].map(([title, entries]) =>
    [
      `## ${title}`,
      '',
      '| code | exit | HTTP | OAuth error |',
      '| --- | ---: | ---: | --- |',
      ...entries.map(
        ([code, { exit, http, oauth }]) =>
          `| \`${code}\` | ${exit} | ${http} | ${oauth === undefined ? '' : `\`${oauth}\``} |`,
      ),
    ].join('\n'),
  );
  return `<!-- Made by scripts/build-docs.mjs from src/errors.ts: edit that. -->

# Errors

Every error has one of these codes, a message that names the datum and its place, and often a hint. The command line prints
\`lapse: MESSAGE (CODE)\` and exits with the code's number; the daemon answers token requests in the form of RFC 6749 and
everything else in the form of RFC 9457.

| exit | meaning |
| ---: | --- |
| 0 | clean |
| 1 | findings at or above the threshold, or drift for the worse |
| 2 | usage or configuration |
| 3 | incomplete: something could not be read or evaluated; wins over 1 |
| 4 | denied |
| 5 | store, daemon or target unreachable |
| 70 | a bug in lapse |

${sections.join('\n\n')}
`;
}
