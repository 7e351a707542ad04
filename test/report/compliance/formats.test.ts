import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { assetPath } from '../../../src/assets.ts';
import { COMPLIANCE_REPORTERS, findComplianceReporter } from '../../../src/report/compliance/compliance-reporters.ts';
import { complianceSchema } from '../../../src/report/compliance/json-schema.ts';
import { parseCsv } from '../../support/parse-csv.ts';
import { ACCEPTED, AT, FRAMEWORK, found, rule, sampleReport, source } from './sample-report.ts';

/** Names as a stranger would choose them: markup, Markdown, formulas, escape sequences, and what reorders text. */
const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(2)>',
  "' onmouseover='alert(3)",
  '</style><style>*{display:none}',
  '=HYPERLINK("https://evil.example","x")',
  '+cmd|calc',
  '@SUM(A1)',
  '| cell | [link](javascript:alert(4)) `code`',
  '\n# heading\n<b>',
  '\u001b[2J\u001b]8;;https://evil.example\u0007',
  '\u202etxt.exe',
  '-->',
];

const hostile = (text: string) =>
  found(
    `aws:user:${text}`,
    {
      owner: text,
      environment: text,
      platform: text,
      sources: [text],
      expired: { ...ACCEPTED, owner: text, reason: text },
    },
    {
      rule: text,
      title: text,
      subjectName: text,
      message: text,
      remediation: text,
      fingerprint: text,
      location: { path: text, line: 1 },
      evidence: [{ fact: text, value: { [text]: text }, source: text, location: { path: text } }],
      controls: { sample_1: ['S1', text] },
    },
  );

const report = sampleReport({
  framework: FRAMEWORK,
  filters: { platform: [], owner: [...HOSTILE], environment: [] },
  baseline: HOSTILE.join(),
  sources: HOSTILE.map((text) => source({ source: text, platforms: [text], complete: false })),
  exceptions: HOSTILE.map((text) => ({
    name: text,
    rules: ['key-too-old'],
    subjects: [text],
    reason: text,
    owner: text,
    expires: text,
  })),
  gaps: HOSTILE.map((text) => ({ kind: 'incomplete', why: text, rules: [text] })),
  problems: HOSTILE.map((text) => ({ code: 'ERR_SCAN_SYNTAX', message: text, location: { path: text } })),
  rules: [rule('key-too-old'), ...HOSTILE.map((text) => rule(`of ${text}`, { title: text }))],
  found: [...HOSTILE.map(hostile), found('plain', { accepted: { ...ACCEPTED, reason: '<i>why</i>' } })],
  gone: HOSTILE.map((text) => {
    const { finding, firstSeen, lastSeen } = hostile(text);
    return { finding, firstSeen, lastSeen, resolvedAt: AT, how: 'fixed' };
  }),
});

const render = (format: string, color = false) =>
  [...findComplianceReporter(format).render(report, { color })].join('');

/** Elements of HTML with their attributes; throws where one is not closed by its own end. */
function elements(html: string): readonly { readonly name: string; readonly attributes: string }[] {
  const found: { name: string; attributes: string }[] = [];
  const open: string[] = [];
  for (const [, end, name = '', attributes = ''] of html.matchAll(
    /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"<>]*")*)\s*>/gi,
  )) {
    if (end === '/') expect(open.pop()).toBe(name);
    else {
      found.push({ name, attributes });
      if (name !== 'meta') open.push(name);
    }
  }
  expect(open).toEqual([]);
  return found;
}

describe.each(COMPLIANCE_REPORTERS)('$id', ({ id }) => {
  it('ends in a newline, and lets no name draw over a terminal or reorder text', () => {
    const text = render(id);
    expect(text.endsWith('\n')).toBe(true);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  });
});

describe('html', () => {
  const html = render('html');
  const all = elements(html);

  it('has no element and no attribute that a name brought', () => {
    const names = new Set(all.map(({ name }) => name));
    for (const name of ['script', 'img', 'b', 'i', 'iframe', 'object', 'link', 'form'])
      expect([name, names.has(name)]).toEqual([name, false]);
    expect(all.filter(({ name }) => name === 'style')).toHaveLength(1);
    const attributes = new Set(
      all.flatMap(({ attributes: own }) => [...own.matchAll(/\s([a-z-]+)="[^"]*"/g)].map(([, name]) => name)),
    );
    expect([...attributes].filter((name) => name?.startsWith('on') || name === 'src' || name === 'style')).toEqual([]);
    // Each "<" begins an element that was counted: none stands in text.
    const tags = html.slice(html.indexOf('<html')).match(/</g)?.length ?? 0;
    expect(tags).toBe(all.length * 2 - all.filter(({ name }) => name === 'meta').length);
  });

  it('loads nothing and leads nowhere but to itself', () => {
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    const ids = new Set(all.flatMap(({ attributes }) => /\sid="([^"]*)"/.exec(attributes)?.[1] ?? []));
    const links = all.flatMap(({ attributes }) => /\shref="([^"]*)"/.exec(attributes)?.[1] ?? []);
    expect(links.length).toBeGreaterThan(HOSTILE.length);
    expect(links.filter((link) => !ids.has(link.replace(/^#/, '')))).toEqual([]);
    const labels = all.flatMap(({ attributes }) => /\saria-labelledby="([^"]*)"/.exec(attributes)?.[1] ?? []);
    expect(labels.filter((label) => !ids.has(label))).toEqual([]);
    expect(ids.size).toBe(all.filter(({ attributes }) => / id=/.test(attributes)).length);
    expect(html).not.toMatch(/@import|url\(/);
  });

  it('can be read by whoever does not see it: language, title, headings in order, heads of tables, states in words', () => {
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(all.filter(({ name }) => ['title', 'h1', 'main'].includes(name))).toHaveLength(3);
    const levels = all.flatMap(({ name }) => (/^h[1-6]$/.test(name) ? [Number(name[1])] : []));
    expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
    const count = (wanted: string) => all.filter(({ name }) => name === wanted).length;
    expect(count('caption')).toBe(count('table'));
    expect(
      all.filter(({ name }) => name === 'th').every(({ attributes }) => /scope="(?:col|row)"/.test(attributes)),
    ).toBe(true);
    expect(html).toContain('<span class="state not-assessed">not assessed</span>');
  });
});

describe('csv', () => {
  it('has as many cells in each row, and none that a spreadsheet would calculate', () => {
    const rows = parseCsv(render('csv'));
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    expect(rows.flat().filter((cell) => /^\s*[=+\-@]/.test(cell))).toEqual([]);
    expect(rows.flat().filter((cell) => cell.startsWith("'=HYPERLINK")).length).toBeGreaterThan(0);
  });
});

describe('markdown', () => {
  it('has no markup that a name brought, and as many cells in each row of a table', () => {
    const markdown = render('markdown');
    expect(markdown).not.toMatch(/<(?!\/?br>)/);
    expect(markdown).not.toMatch(/(?<!\\)\]\(/);
    expect(markdown.match(/^# /gm)).toHaveLength(1);
    for (const table of markdown.split('\n\n').filter((block) => block.startsWith('|'))) {
      const widths = table.split('\n').map((line) => line.match(/(?<!\\)\|/g)?.length);
      expect(new Set(widths).size).toBe(1);
    }
  });
});

describe('json', () => {
  it('is what docs/compliance.schema.json says, and keeps names as they are', () => {
    const schema: object = JSON.parse(readFileSync(assetPath('docs', 'compliance.schema.json'), 'utf8'));
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormatsModule.default(ajv);
    const validate = ajv.compile(schema);
    const json = JSON.parse(render('json'));
    validate(json);
    expect(validate.errors ?? []).toEqual([]);
    expect(complianceSchema.parse(json)).toEqual(json);
    expect(json.findings.map(({ message }: { message: string }) => message)).toEqual(expect.arrayContaining(HOSTILE));
    expect(validate({ ...json, controls: [{ id: 'S1', state: 'met' }] })).toBe(false);
  });
});

describe('terminal', () => {
  it('marks states by a sign of their own, with or without colour', () => {
    const plain = render('terminal');
    expect(plain).toMatch(/^✗ S1 Keys are young: /m);
    expect(plain).toMatch(/^\? S2 Nobody asks: not assessed$/m);
    expect(render('terminal', true)).toContain('\u001b[1mS1');
  });
});
