/**
 * Writes docs/findings: one page for each rule of rego/findings, rego/alerts and rego/drift, from its METADATA, and an index.
 *
 *   node scripts/build-findings-docs.mjs           writes what differs
 *   node scripts/build-findings-docs.mjs --check   writes nothing; exit 1 and the names of the pages that are not fresh
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const OUTPUT = join(ROOT, 'docs', 'findings');

const FAMILIES = [
  {
    folder: 'findings',
    heading: 'Findings',
    about: 'What `lapse scan` and `lapse check` say of principals and secrets.',
  },
  { folder: 'alerts', heading: 'Alerts', about: 'What the daemon says of events in its audit log.' },
  { folder: 'drift', heading: 'Drift', about: 'What `lapse drift` says of changes between two points in time.' },
];

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];

/** The METADATA block of a rule's package. */
function metadataOf(source, file) {
  const [head] = source.split(/^package /m);
  const lines = head.split('\n');
  const start = lines.indexOf('# METADATA');
  if (start < 0) throw new Error(`${file}: no METADATA before the package`);
  const block = lines.slice(start + 1).filter((line) => line.startsWith('#'));
  return parse(block.map((line) => line.replace(/^# ?/, '')).join('\n'));
}

async function rulesOf({ folder }) {
  const entries = await readdir(join(ROOT, 'rego', folder), { withFileTypes: true });
  const ids = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return await Promise.all(
    ids.sort().map(async (id) => {
      const file = `rego/${folder}/${id}/${id}.rego`;
      return { id, file, ...metadataOf(await readFile(join(ROOT, file), 'utf8'), file) };
    }),
  );
}

/** Levels of a rule's cases, most severe first, its default in front. */
function levelsOf(rule, levels) {
  const cases = Object.entries(levels[rule.id] ?? {}).filter(([name]) => name !== 'default');
  return [['default', levels[rule.id]?.default ?? rule.custom.severity], ...cases].sort(
    ([, a], [, b]) => SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b),
  );
}

function page(rule, levels) {
  const { custom } = rule;
  const { remediation, controls = {}, platforms = [], depends_on: dependsOn = [], needs = [] } = custom;
  const listed = levelsOf(rule, levels);
  const sections = [
    `<!-- Generated from ${rule.file} by scripts/build-findings-docs.mjs; edit the METADATA there. -->`,
    `# ${rule.title}`,
    rule.description.trim(),
    table([
      ['id', `\`${rule.id}\``],
      ['severity', custom.severity],
      ['OWASP NHI Top 10', custom.nhi],
      ['platforms', platforms.length === 0 ? 'any' : platforms.join(', ')],
      ['confidence', custom.confidence],
      ['since', custom.since],
    ]),
    `Reported as \`${custom.message}\`.`,
    ...(listed.length > 1
      ? [
          '## Levels',
          'In `data.lapse.levels`, where they can be changed:',
          table(listed.map(([name, level]) => [`\`${name}\``, level])),
        ]
      : []),
    '## What it needs',
    `${needs.map((fact) => `\`${fact}\``).join(', ')}. Where a fact is not known, nothing is reported.`,
    '## What to do',
    remediation.summary,
    remediation.steps.map((step, index) => `${index + 1}. ${step}`).join('\n'),
    ...(dependsOn.length === 0 ? [] : ['## Secondary to', dependsOnText(dependsOn)]),
    ...(Object.keys(controls).length === 0
      ? []
      : ['## Controls', table(Object.entries(controls).map(([name, ids]) => [`\`${name}\``, ids.join(', ')]))]),
    '## Read more',
    [
      ...rule.related_resources.map(({ ref, description }) => `- [${description}](${ref})`),
      `- [The rule](../../${rule.file}) and [its tests](../../${rule.file.replace(/\.rego$/, '_test.rego')})`,
    ].join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

function dependsOnText(ids) {
  if (ids.includes('*')) return 'Any other finding about the same subject.';
  const links = ids.map((id) => `[${id}](${id}.md)`).join(', ');
  return `Reported under these when they are found of the same subject: ${links}.`;
}

function table(rows, head) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const [first] = rows;
  const top = head ?? first.map(() => '');
  return [line(top), line(top.map(() => '---')), ...rows.map(line)].join('\n');
}

function index(families) {
  const sections = families.flatMap(({ heading, about, rules }) => [
    `## ${heading}`,
    about,
    table(
      rules.map((rule) => [`[${rule.id}](${rule.id}.md)`, rule.custom.severity, rule.custom.nhi, rule.title]),
      ['id', 'severity', 'NHI', 'title'],
    ),
  ]);
  return `${['<!-- Generated from METADATA by scripts/build-findings-docs.mjs. -->', '# Findings, alerts and drift', ...sections].join('\n\n')}\n`;
}

async function wantedPages() {
  const { lapse } = parse(await readFile(join(ROOT, 'rego', 'data.yaml'), 'utf8'));
  const families = await Promise.all(FAMILIES.map(async (family) => ({ ...family, rules: await rulesOf(family) })));
  const pages = new Map([['README.md', index(families)]]);
  for (const rule of families.flatMap(({ rules }) => rules)) {
    if (pages.has(`${rule.id}.md`)) throw new Error(`${rule.file}: the id "${rule.id}" is taken by another rule`);
    pages.set(`${rule.id}.md`, page(rule, lapse.levels));
  }
  return pages;
}

const check = process.argv.includes('--check');
const wanted = await wantedPages();
await mkdir(OUTPUT, { recursive: true });
const present = await readdir(OUTPUT);
const stale = present.filter((name) => !wanted.has(name));
for (const [name, text] of wanted) {
  const current = present.includes(name) ? await readFile(join(OUTPUT, name), 'utf8') : undefined;
  if (current === text) continue;
  stale.push(name);
  if (!check) await writeFile(join(OUTPUT, name), text);
}
if (!check) await Promise.all(present.filter((name) => !wanted.has(name)).map((name) => rm(join(OUTPUT, name))));
if (check && stale.length > 0) {
  process.stderr.write(`docs/findings is not fresh: ${stale.sort().join(', ')}\n`);
  process.exitCode = 1;
}
