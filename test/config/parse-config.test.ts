import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { AppError } from '../../src/errors.ts';

function fault(text: string): AppError {
  try {
    parseConfig(text, 'lapse.yaml');
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('parseConfig', () => {
  it('fills in every default', () => {
    expect(parseConfig('version: 1', 'lapse.yaml')).toEqual({
      version: 1,
      cluster: 'cluster',
      scan: {
        exclude: [],
        rules: [],
        disable: [],
        ignore: [],
        max_file_size: 52_428_800,
        history: false,
        archives: true,
        archive_limits: {},
      },
      exports: [],
      policy: { paths: [], data: {}, bundles: [] },
      check: { threshold: 'medium', baseline: 'lapse-baseline.yaml' },
      store: {},
      verify: { interval: 1_000, timeout: 10_000 },
      environments: [],
      owners: [],
    });
  });

  it('reads every section, durations as milliseconds and sizes as bytes', () => {
    const config = parseConfig(
      [
        'version: 1',
        'repository: acme/shop',
        'cluster: prod-eu',
        'scan: {exclude: [vendor/], rules: [security/rules], disable: [generic/password], ignore: [{rule: generic/*, paths: [test/], reason: samples, expires: 2026-12-31}], max_file_size: 10MB, history: true, archives: false, archive_limits: {expanded_size: 1GB}}',
        'exports: [{scanner: aws, path: exports/iam.json}, {path: exports/cluster}]',
        'policy: {paths: [policies], data: {thresholds: {key_age_days: 30}, levels: {no-owner: info}}}',
        'check: {threshold: high, baseline: accepted.yaml}',
        'store: {path: /var/lib/lapse/inventory.db}',
        'environments: [{name: production, scopes: ["123456789012", prod-eu]}]',
        'issuer: {pending_ttl: 1h30m, targets: [{id: orders, type: jwt, audience: "https://orders.example", actions: [read], max_ttl: 15m}]}',
      ].join('\n'),
      'lapse.yaml',
    );
    expect(config.scan).toEqual({
      exclude: ['vendor/'],
      rules: ['security/rules'],
      disable: ['generic/password'],
      ignore: [{ rule: 'generic/*', paths: ['test/'], reason: 'samples', expires: '2026-12-31' }],
      max_file_size: 10_485_760,
      history: true,
      archives: false,
      archive_limits: { expanded_size: 1_073_741_824 },
    });
    expect(config.exports).toEqual([{ scanner: 'aws', path: 'exports/iam.json' }, { path: 'exports/cluster' }]);
    expect(config.policy.data).toEqual({ thresholds: { key_age_days: 30 }, levels: { 'no-owner': 'info' } });
    expect(config.issuer?.pending_ttl).toBe(5_400_000);
    expect(config.issuer?.targets[0]?.max_ttl).toBe(900_000);
  });

  it.each([
    ['a missing version', 'cluster: x', 'lapse.yaml:1:1: version: invalid input: expected 1'],
    ['an empty file', '', 'lapse.yaml:1:1: version: invalid input: expected 1'],
    ['a list instead of a mapping', '- 1', 'lapse.yaml:1:1: invalid input: expected object, received array'],
    ['an unknown key', 'version: 1\nscna:\n  history: true', 'lapse.yaml:2:1: unknown key "scna"'],
    ['an unknown key deep inside', 'version: 1\nscan:\n  histroy: true', 'lapse.yaml:3:3: scan: unknown key "histroy"'],
    [
      'a wrong type',
      'version: 1\nscan:\n  history: often',
      'lapse.yaml:3:12: scan.history: invalid input: expected boolean, received string',
    ],
    [
      'a wrong list item',
      'version: 1\nexports:\n  - path: a\n  - scanner: aws',
      'lapse.yaml:4:5: exports[1].path: invalid input: expected string, received undefined',
    ],
    [
      'a wrong choice',
      'version: 1\ncheck: {threshold: severe}',
      'lapse.yaml:2:20: check.threshold: invalid option: expected one of "critical"|"high"|"medium"|"low"|"info"|"none"',
    ],
    [
      'a size that is none',
      'version: 1\nscan: {max_file_size: huge}',
      'lapse.yaml:2:23: scan.max_file_size: expected a size such as 512KB, 10MB or 1GB',
    ],
    [
      'a size of another type',
      'version: 1\nscan: {max_file_size: [1]}',
      'lapse.yaml:2:23: scan.max_file_size: invalid input: expected string or number',
    ],
    [
      'a bare number as duration',
      'version: 1\nissuer: {pending_ttl: 15}',
      'lapse.yaml:2:23: issuer.pending_ttl: invalid input: expected string, received number',
    ],
    [
      'a value that JSON does not have',
      'version: 1\npolicy: {data: {x: .nan}}',
      'lapse.yaml:2:20: policy.data.x: invalid input: expected string or number or boolean or null or array or record',
    ],
    ['a key twice', 'version: 1\ncluster: a\ncluster: b', 'lapse.yaml:3:1: not valid YAML: duplicate key'],
    ['an unknown tag', 'version: 1\ncluster: !run x', 'lapse.yaml:2:10: not valid YAML: tag resolve failed'],
    ['two documents', 'version: 1\n---\nversion: 1', 'lapse.yaml:2:1: not valid YAML: multiple docs'],
  ])('names %s by place', (_case, text, message) => {
    const error = fault(text);
    expect(error.code).toBe('ERR_CONFIG_INVALID');
    expect(error.message).toBe(message);
  });

  it('suggests the key that was meant, and lists the known ones when none is near', () => {
    expect(fault('version: 1\nscna: {}').hint).toBe('did you mean "scan"?');
    expect(fault('version: 1\nscan: {foobar: 1}').hint).toBe(
      'known here: exclude, rules, disable, ignore, max_file_size, history, archives, archive_limits',
    );
    expect(
      fault('version: 1\nissuer: {targets: [{id: a, type: jwt, audience: b, actions: [c], max_tll: 1m}]}').hint,
    ).toBe('did you mean "max_ttl"?');
  });

  it('tells all faults, in the order of the file', () => {
    const error = fault('version: 2\nclustr: a\nscan: {history: 1}');
    expect(error.details?.issues).toMatchObject([
      { line: 1, column: 10 },
      { line: 2, column: 1 },
      { line: 3, column: 17 },
    ]);
    expect(error.hint).toContain('lapse.yaml:3:17: scan.history');
  });

  it('never repeats a value: it may be a secret in the wrong place', () => {
    const canary = `postgres://app:${'hunter' + '2hunter2'}@db/app`;
    for (const text of [
      `version: 1\nissuer: {targets: [{id: a, type: postgres, connection: "${canary}", grants: {read: [r]}}]}`,
      `version: 1\nissuer: {listen: "${canary}"}`,
      `version: 1\ncluster: "${canary}`,
      `version: 1\ncluster: *${canary}`,
      `version: 1\n${canary}\n  x: 1`,
      `version: "${canary}"`,
    ]) {
      const error = fault(text);
      expect(JSON.stringify([error.message, error.hint, error.details, String(error.cause)])).not.toContain('hunter2');
    }
  });

  it('refuses a YAML alias bomb, endless nesting and a huge file at once', () => {
    const bomb = [
      'a: &a0 [x]',
      ...Array.from({ length: 30 }, (_, i) => `b${i}: &a${i + 1} [${`*a${i},`.repeat(9)}]`),
    ].join('\n');
    expect(fault(bomb).message).toBe(
      'lapse.yaml:1:1: an alias without anchor, or more aliases than a configuration needs',
    );
    expect(fault(`version: ${'['.repeat(100_000)}`).code).toBe('ERR_CONFIG_INVALID');
    expect(fault(`# ${'x'.repeat(1024 ** 2)}`).message).toBe('lapse.yaml: larger than 1048576 bytes');
  });

  it('throws nothing but ERR_CONFIG_INVALID, on any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc
            .array(
              fc.constantFrom(
                'version',
                ':',
                ' ',
                '1',
                '\n',
                '-',
                '{',
                '}',
                '&a',
                '*a',
                '!',
                '|',
                "'",
                '"',
                'scan',
                '?',
                '%',
                '<<',
              ),
              { maxLength: 40 },
            )
            .map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            parseConfig(text, 'lapse.yaml');
          } catch (error) {
            expect(error).toMatchObject({ code: 'ERR_CONFIG_INVALID' });
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
