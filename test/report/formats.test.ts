import { describe, expect, it } from 'vitest';
import { describeProgress } from '../../src/cli/progress.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { StaticSecret } from '../../src/model/static-secret.ts';
import { escapeCsv, escapeXml } from '../../src/report/escape.ts';
import type { Report } from '../../src/report/report.ts';
import { findReporter } from '../../src/report/reporters.ts';

const SECRET: StaticSecret = {
  id: 'secret:aa',
  rule: 'acme/token',
  vendor: 'acme',
  title: 'Acme token',
  confidence: 'structured',
  fingerprint: 'ab'.repeat(32),
  validity: 'active',
  inHead: false,
  facts: { account: '1' },
  locations: [
    { path: 'b.env', line: 3, column: 5, endColumn: 9, encoding: 'base64>percent' },
    {
      path: 'a.env',
      line: 20,
      column: 1,
      endColumn: 5,
      commit: 'c0ffee',
      author: 'Mira',
      date: '2026-01-01T00:00:00Z',
    },
    { path: 'a.env', line: 3, column: 1, endColumn: 5 },
  ],
};

const FINDING: Finding = {
  rule: 'secret-in-code',
  title: 'Secret in a file',
  severity: 'high',
  subject: 'secret:aa',
  subjectName: 'Acme token <acme>',
  message: '=HYPERLINK("x") & more',
  detail: {},
  evidence: [],
  remediation: 'lease it',
  controls: {},
  location: { path: 'a.env', line: 3, column: 1, endColumn: 5 },
  fingerprint: 'cd'.repeat(32),
};

const REPORT: Report = {
  command: 'scan',
  version: '0.1.0',
  at: '2026-11-22T10:20:30.456Z',
  problems: [
    { code: 'ERR_SCAN_SYNTAX', message: 'x.yaml:1:2: broken', location: { path: 'x.yaml', line: 1, column: 2 } },
  ],
  groups: [{ primary: FINDING, secondary: [{ ...FINDING, rule: 'secret-too-old', severity: 'low' }] }],
  accepted: [
    {
      finding: { ...FINDING, subject: 'secret:bb', location: { path: 'z.env', line: 1 } },
      reason: 'a sample',
      owner: 'platform',
      expires: '2027-01-01',
    },
  ],
  notices: [{ message: '"*.bak" leaves nothing out', location: { path: '.lapseignore', line: 3 } }],
  threshold: 'medium',
  policyRevision: 'sha256:0',
  rules: [],
  secrets: [
    {
      ...SECRET,
      id: 'secret:bb',
      locations: [{ path: 'z.env', line: 1 }],
      facts: {},
      validity: 'unknown',
      inHead: true,
    },
    SECRET,
  ],
  secretRules: new Map([
    [
      'acme/token',
      {
        vendorName: 'Acme',
        docs: 'https://acme.example/docs',
        revoke: 'https://acme.example/revoke',
        opens: 'deploys anything',
      },
    ],
  ]),
  read: [],
};

const render = (id: string, report = REPORT) => [...findReporter(id).render(report, { color: false })].join('');

describe('JSON', () => {
  it('names for each secret what its rule says, first place first', () => {
    expect(JSON.parse(render('json')).secrets[0]).toEqual({
      id: 'secret:aa',
      rule: 'acme/token',
      vendor: 'acme',
      title: 'Acme token',
      confidence: 'structured',
      path: 'a.env',
      line: 3,
      column: 1,
      fingerprint: 'ab'.repeat(32),
      in_head: false,
      validity: 'active',
      docs: 'https://acme.example/docs',
      opens: 'deploys anything',
      revoke: 'https://acme.example/revoke',
      facts: { account: '1' },
      locations: [SECRET.locations[2], SECRET.locations[1], SECRET.locations[0]],
    });
  });

  it('says how a secret is written where it stands', () => {
    const encoded = { ...SECRET, locations: SECRET.locations.slice(0, 1) };
    const report = { ...REPORT, secrets: [encoded] };
    expect(JSON.parse(render('json', report)).secrets[0]).toMatchObject({
      encoding: 'base64>percent',
      facts: { account: '1' },
      locations: [{ path: 'b.env', encoding: 'base64>percent' }],
    });
    expect(render('csv', report)).toContain('"b.env","3","5","","base64>percent","acme"');
  });

  it('names the commit of a secret that is only in history', () => {
    const past = { ...SECRET, locations: SECRET.locations.slice(1, 2) };
    expect(JSON.parse(render('json', { ...REPORT, secrets: [past] })).secrets[0].commit).toBe('c0ffee');
  });
});

describe('JSON Lines', () => {
  it('has an object on each line, from the run to its end', () => {
    const lines = render('jsonl').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).type)).toEqual([
      'run',
      'finding',
      'finding',
      'accepted',
      'secret',
      'secret',
      'notice',
      'problem',
      'end',
    ]);
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({ id: 'secret-too-old', secondary_to: 'secret-in-code' });
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ type: 'end', complete: false, exit_code: 3 });
  });
});

describe('JUnit', () => {
  it('has a case for each subject, what is accepted, and what could not be read', () => {
    expect(render('junit')).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="lapse" tests="3" failures="1" errors="1" skipped="1"><testsuite name="lapse scan" timestamp="2026-11-22T10:20:30" tests="3" failures="1" errors="1" skipped="1"><testcase classname="secret-in-code" name="Acme token &#60;acme&#62; at a.env:3:1" file="a.env" line="3"><failure type="high" message="Secret in a file: =HYPERLINK(&#34;x&#34;) &#38; more">high secret-in-code: =HYPERLINK(&#34;x&#34;) &#38; more
  fix: lease it
low secret-too-old: =HYPERLINK(&#34;x&#34;) &#38; more
  fix: lease it</failure></testcase>
<testcase classname="secret-in-code" name="Acme token &#60;acme&#62; at z.env:1" file="z.env" line="1"><skipped message="accepted by the baseline: a sample (platform, until 2027-01-01)"/></testcase>
<testcase classname="ERR_SCAN_SYNTAX" name="x.yaml:1:2" file="x.yaml" line="1"><error type="ERR_SCAN_SYNTAX" message="x.yaml:1:2: broken"/></testcase>
<system-out>.lapseignore:3: &#34;*.bak&#34; leaves nothing out</system-out></testsuite></testsuites>
`,
    );
  });

  it('passes what is below the threshold, and a run without findings', () => {
    expect(render('junit', { ...REPORT, threshold: 'critical', problems: [] })).toContain('failures="0"');
    const none = render('junit', { ...REPORT, groups: [], accepted: [], problems: [], notices: [] });
    expect(none).toContain('tests="1" failures="0" errors="0" skipped="0"');
  });

  it.each([
    ['<&>"\'', '&#60;&#38;&#62;&#34;&#39;'],
    ['a\u001b[2J\nb\u202e', 'a\\u{1b}[2J\\u{a}b\\u{202e}'],
    ['\ud800x\uffff', '\ufffdx\ufffd'],
  ])('escapes %j', (text, expected) => {
    expect(escapeXml(text)).toBe(expected);
  });
});

describe('CSV', () => {
  it('has a row for each finding, each place of a secret, notice and problem', () => {
    const [header, ...rows] = render('csv').trimEnd().split('\r\n');
    expect(header).toBe(
      'type,severity,rule,title,subject,path,line,column,commit,encoding,vendor,confidence,validity,fingerprint,message,action',
    );
    expect(
      rows.map((row) => row.split(',')).map(([type, , rule, , , path, line]) => [type, rule, path, line].join(' ')),
    ).toEqual([
      '"finding" "secret-in-code" "a.env" "3"',
      '"finding" "secret-too-old" "a.env" "3"',
      '"accepted" "secret-in-code" "z.env" "1"',
      '"secret" "acme/token" "a.env" "3"',
      '"secret" "acme/token" "a.env" "20"',
      '"secret" "acme/token" "b.env" "3"',
      '"secret" "acme/token" "z.env" "1"',
      '"notice" "" ".lapseignore" "3"',
      '"problem" "ERR_SCAN_SYNTAX" "x.yaml" "1"',
    ]);
    expect(rows[0]).toContain(`"'=HYPERLINK(""x"") & more"`);
  });

  it.each([
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', '"\\u{9}=1"'],
    ['  =1', `"'  =1"`],
    ['＝1', `"'＝1"`],
    ['a "b", c', '"a ""b"", c"'],
    ['a\nb', '"a\\u{a}b"'],
  ])('makes %j inert', (text, expected) => {
    expect(escapeCsv(text)).toBe(expected);
  });
});

describe("GitLab's report", () => {
  const report = JSON.parse(render('gitlab'));

  it('says who scanned, when and how it ended, as schema 15.0.7 wants it', () => {
    expect(report).toMatchObject({ version: '15.0.7', schema: expect.stringMatching(/^https:/) });
    expect(report.scan).toEqual({
      analyzer: { id: 'lapse', name: 'lapse', version: '0.1.0', vendor: { name: 'lapse' } },
      scanner: { id: 'lapse', name: 'lapse', version: '0.1.0', vendor: { name: 'lapse' } },
      type: 'secret_detection',
      start_time: '2026-11-22T10:20:30',
      end_time: '2026-11-22T10:20:30',
      status: 'failure',
      messages: [{ level: 'warn', value: 'x.yaml:1:2: broken (ERR_SCAN_SYNTAX)' }],
    });
  });

  it('has each place of each secret that is not accepted, once', () => {
    const places = report.vulnerabilities.map(
      ({ location }: { location: { file: string; start_line: number; commit: { sha: string } } }) =>
        `${location.commit.sha} ${location.file}:${location.start_line}`,
    );
    expect(places).toEqual(['0000000 a.env:3', 'c0ffee a.env:20', '0000000 b.env:3']);
    expect(new Set(report.vulnerabilities.map(({ id }: { id: string }) => id)).size).toBe(3);
    expect(report.vulnerabilities[1]).toMatchObject({
      category: 'secret_detection',
      name: 'Acme token',
      severity: 'High',
      description:
        'A credential of Acme (structured). It opens: deploys anything. It is active. It is only in history.',
      identifiers: [
        { type: 'lapse_rule', name: 'lapse rule acme/token', value: 'acme/token', url: 'https://acme.example/docs' },
      ],
      links: [{ url: 'https://acme.example/docs' }, { url: 'https://acme.example/revoke' }],
      location: { commit: { sha: 'c0ffee', author: 'Mira', date: '2026-01-01T00:00:00Z' }, end_line: 20 },
    });
  });
});

describe('other places of a secret', () => {
  it('are told in each format for people, and are related locations in SARIF', () => {
    expect(render('terminal')).toContain('also at: c0ffee:a.env:20:1, b.env:3:5\n');
    expect(render('markdown')).toContain('<br>and 2 more');
    const [result] = JSON.parse(render('sarif')).runs[0].results;
    expect(
      result.relatedLocations.map(
        (place: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }) =>
          `${place.physicalLocation.artifactLocation.uri}:${place.physicalLocation.region.startLine}`,
      ),
    ).toEqual(['a.env:20', 'b.env:3']);
  });
});

describe('a secret of the past, on a terminal', () => {
  const past = (change: object) => {
    const location = {
      path: 'a.env',
      line: 20,
      commit: 'c0ffee1234567890',
      author: 'Mira\u001b[31m <mira@acme.example>',
      date: '2026-01-01T23:59:59Z',
      ...change,
    };
    return render('terminal', {
      ...REPORT,
      groups: [{ primary: { ...FINDING, location }, secondary: [] }],
    });
  };

  it('tells which commit brought it, and which removed it', () => {
    const brought = 'brought by commit c0ffee1234 of Mira\\u{1b}[31m <mira@acme.example> on 2026-01-01';
    expect(past({})).toContain(`         ${brought}\n`);
    expect(past({ removedBy: 'decade9876543210' })).toContain(`         ${brought}, removed by decade9876\n`);
    expect(past({ commit: undefined })).not.toContain('brought by');
  });
});

describe('every format', () => {
  it.each(['json', 'jsonl', 'junit', 'csv', 'gitlab', 'sarif', 'markdown', 'terminal', 'github'])(
    'of %s does not depend on the order in which secrets and places came',
    (id) => {
      const secrets = REPORT.secrets
        .toReversed()
        .map((secret) => ({ ...secret, locations: secret.locations.toReversed() }));
      expect(render(id, { ...REPORT, secrets })).toBe(render(id));
    },
  );
});

describe('progress', () => {
  it.each([
    [{ files: 1200, bytes: 35_400_000, expected: 4800 }, 2, '1200 of 4800 files · 600/s · 35 MB · 6 s left'],
    [{ files: 1200, bytes: 35_400_000, expected: 0 }, 2, '1200 files · 600/s · 35 MB'],
    [{ files: 0, bytes: 0, expected: 10 }, 0, '0 of 10 files · 0/s · 0 MB'],
  ])('is told as rate and what is left', (progress, seconds, expected) => {
    expect(describeProgress(progress, seconds)).toBe(expected);
  });
});
