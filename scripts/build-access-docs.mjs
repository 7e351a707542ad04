/**
 * Writes the sections of docs/access-policies.md that are made from rego/templates: what each template is for, its settings as
 * shipped, and what the requests of its examples get (test/rego/access-templates.test.ts asks policy for each of them).
 *
 *   node scripts/build-access-docs.mjs           writes what differs
 *   node scripts/build-access-docs.mjs --check   writes nothing; exit 1 and a line when the page is not fresh
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

/** In the order of the page: from what most teams begin with. */
const TEMPLATES = [
  'ci-deploy',
  'nightly-job',
  'production-database',
  'break-glass',
  'vendor-access',
  'agent-tool-call',
  'key-swap',
];
const BEGIN = '<!-- templates: made by scripts/build-access-docs.mjs -->\n';
const END = '<!-- end of templates -->\n';
const EFFECTS = { allow: 'allowed', escalate: 'asked', deny: 'denied' };

const page = new URL('../docs/access-policies.md', import.meta.url);
const text = readFileSync(page, 'utf8');
const [before, rest = ''] = text.split(BEGIN);
const [, after = ''] = rest.split(END);
const fresh = `${before}${BEGIN}\n${TEMPLATES.map(section).join('\n')}\n${END}${after}`;
if (fresh !== text) {
  if (process.argv.includes('--check')) {
    console.log('docs/access-policies.md: not fresh, run "npm run docs"');
    process.exitCode = 1;
  } else {
    writeFileSync(page, fresh);
    console.log('docs/access-policies.md: written');
  }
}

function section(id) {
  const { title, description } = metadata(read(id, `${id}.rego`));
  const settings = read(id, 'data.yaml').replace(/^# yaml-language-server.*\n/, '');
  const { cases } = parse(read(id, 'examples.yaml'));
  const rows = cases.map(({ when, effect, reasons, ttl, asked }) => {
    const limits = [ttl === undefined ? [] : `${ttl} s`, asked ?? []].flat().join('; ');
    return `| ${when} | ${EFFECTS[effect]}${limits === '' ? '' : `, ${limits}`} | ${reasons.map((reason) => `\`${reason}\``).join(' ')} |`;
  });
  return [
    `### ${title}`,
    '',
    `\`${id}\`: ${description}`,
    '',
    '```yaml',
    `${settings.trimEnd()}`,
    '```',
    '',
    '| when | answer | reasons |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function metadata(source) {
  const block = source.slice(0, source.indexOf('\npackage ')).split('\n').slice(1);
  return parse(block.map((line) => line.replace(/^# ?/, '')).join('\n'));
}

function read(id, file) {
  return readFileSync(new URL(`../rego/templates/${id}/${file}`, import.meta.url), 'utf8');
}
