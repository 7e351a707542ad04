import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EvaluationContext, LeftToOpa } from '../../../src/policy/builtins/builtin.ts';
import { BUILTINS } from '../../../src/policy/builtins/index.ts';
import { readCompilerArtifact } from '../../../src/policy/compiler/artifact.ts';
import { type RegoRuntime, startRegoRuntime } from '../../../src/policy/compiler/rego-runtime.ts';
import { equalValues } from '../../../src/policy/evaluation/compare-values.ts';
import { formatValue } from '../../../src/policy/evaluation/format-value.ts';
import { parseValue } from '../../../src/policy/evaluation/parse-value.ts';
import { RegoObject, RegoSet, type RegoValue } from '../../../src/policy/evaluation/value.ts';

const NOW = 1_767_225_600_123_456_789n;
const context: EvaluationContext = { now: NOW, memory: new Map() };

let opa: RegoRuntime;

beforeAll(() => {
  opa = startRegoRuntime(readCompilerArtifact());
});

const NOTHING = 'nothing';
const FAILURE = 'failure';

/** OPA's own answer, in value notation. */
function askOpa(name: string, operands: readonly string[]): string {
  const answer = opa.call('builtin', { name, operands, now: NOW.toString() });
  if ('problems' in answer) return FAILURE;
  const { defined, value } = answer.result as { defined: boolean; value: string };
  return defined ? value : NOTHING;
}

/** Ours, or undefined where the call is left to OPA. */
function askOurs(name: string, operands: readonly string[]): string | undefined {
  const builtin = BUILTINS.get(name);
  if (builtin === undefined) throw new Error(`no builtin ${name}`);
  try {
    const value = builtin(operands.map(parseValue), context);
    return value === undefined ? NOTHING : formatValue(value);
  } catch (error) {
    if (error instanceof LeftToOpa) return undefined;
    throw error;
  }
}

function same(one: string, other: string): boolean {
  if (one === other) return true;
  if ([one, other].some((text) => text === NOTHING || text === FAILURE)) return false;
  return equalValues(parseValue(one), parseValue(other));
}

function expectSame(name: string, operands: readonly string[]): void {
  const ours = askOurs(name, operands);
  if (ours === undefined) return;
  const theirs = askOpa(name, operands);
  if (!same(ours, theirs)) expect(`${name}(${operands.join(', ')}) = ${ours}`).toBe(`… = ${theirs}`);
}

/** Calls that must run in TypeScript and give what OPA gives. Operands are in value notation. */
const HANDLED: readonly (readonly [string, ...(readonly string[])])[] = [
  ['sprintf', '"%s is %d days old, %v%%"', '["key", 412, 99]'],
  ['sprintf', '"%v %v %v %v"', '[null, true, 1.5, -3]'],
  ['sprintf', '"%v"', '[[1, "a", {"b": {2, 1}, "a": set()}]]'],
  ['sprintf', '"%v"', '[{"z", "a", "é"}]'.replace('é', 'm')],
  ['sprintf', '"%d"', '[9007199254740993]'],
  ['sprintf', '"%v"', '[123456789012345678901234567890]'],
  ['sprintf', '"%s"', '[["a\\"b", "c\\\\d"]]'],
  ['sprintf', '"%s %s"', '[true, null]'],
  ['sprintf', '"none"', '[]'],
  ['sprintf', '"é😀%s"', '["ü"]'],
  ['time.now_ns'],
  ['time.parse_rfc3339_ns', '"2026-01-02T03:04:05Z"'],
  ['time.parse_rfc3339_ns', '"2026-01-02T03:04:05.123456789+05:30"'],
  ['time.parse_rfc3339_ns', '"1969-12-31T23:59:59.5Z"'],
  ['time.parse_rfc3339_ns', '"2024-02-29T00:00:00-00:00"'],
  ['time.parse_ns', '"RFC3339"', '"2026-01-02T03:04:05Z"'],
  ['time.parse_ns', '"2006-01-02T15:04:05Z07:00"', '"2026-01-02T03:04:05-08:00"'],
  ['time.parse_duration_ns', '"1h30m"'],
  ['time.parse_duration_ns', '"-2m3s4ms5us6ns"'],
  ['time.format', '1767225600123456789'],
  ['time.format', '[1767225600000000000, "UTC"]'],
  ['time.format', '-1'],
  ['time.date', '1767225600123456789'],
  ['time.date', '[-1, ""]'],
  ['time.clock', '1767229199999999999'],
  ['time.weekday', '1767225600000000000'],
  ['time.diff', '1767225600123456789', '1709164800000000000'],
  ['time.diff', '[1709251199999999999, "UTC"]', '1706659200000000000'],
  ['time.diff', '0', '0'],
  ['time.add_date', '1767225600123456789', '1', '-14', '40'],
  ['time.add_date', '1709164800000000000', '1', '0', '0'],
  ['time.add_date', '[-1, "UTC"]', '0', '0', '-1'],
  ['strings.any_prefix_match', '"iam:PassRole"', '["s3:", "iam:"]'],
  ['strings.any_prefix_match', '{"a", "b"}', '"c"'],
  ['strings.any_suffix_match', '["a.env", "b"]', '{".env"}'],
  ['strings.any_suffix_match', '[]', '[""]'],
  ['strings.count', '"cheese"', '"e"'],
  ['strings.count', '"😀😀"', '""'],
  ['strings.split_n', '"a.b.c"', '"."', '2'],
  ['strings.split_n', '"a.b.c"', '"."', '-1'],
  ['strings.split_n', '"a.b.c"', '"."', '0'],
  ['strings.split_n', '"aé😀"', '""', '9'],
  ['indexof_n', '"sad dads"', '"ad"'],
  ['indexof_n', '"😀a😀a"', '"a"'],
  ['indexof_n', '"aaaa"', '"aa"'],
  ['semver.is_valid', '"1.2.3-rc.1+b.5"'],
  ['semver.is_valid', '"01.2.3"'],
  ['semver.is_valid', '"v1.2.3"'],
  ['semver.is_valid', '7'],
  ['semver.is_valid', '"99999999999999999999.0.0"'],
  ['semver.compare', '"1.0.0-alpha.2"', '"1.0.0-alpha.10"'],
  ['semver.compare', '"1.0.0-rc.1"', '"1.0.0"'],
  ['semver.compare', '"2.0.0"', '"2.0.0+x"'],
  ['semver.compare', '"1.0.0-alpha"', '"1.0.0-alpha.1"'],
  ['semver.compare', '"1.0.0-1"', '"1.0.0-a"'],
  ['units.parse', '"10Ki"'],
  ['units.parse', '"3M"'],
  ['units.parse', '"3mi"'],
  ['units.parse_bytes', '"10KB"'],
  ['units.parse_bytes', '"10kib"'],
  ['units.parse_bytes', '"7Ei"'],
  ['units.parse_bytes', '"512"'],
  ['net.cidr_is_valid', '"10.0.0.0/8"'],
  ['net.cidr_is_valid', '"10.0.0.0/08"'],
  ['net.cidr_is_valid', '"010.0.0.0/8"'],
  ['net.cidr_is_valid', '"::ffff:10.0.0.0/104"'],
  ['net.cidr_is_valid', '"fe80::1%eth0/64"'],
  ['net.cidr_is_valid', '"10.0.0.0/33"'],
  ['net.cidr_is_valid', '5'],
  ['net.cidr_expand', '"192.0.2.9/30"'],
  ['net.cidr_expand', '"255.255.255.255/32"'],
  ['net.cidr_expand', '"255.255.255.254/31"'],
  ['object.subset', '{"a": {"b": 1, "c": {1, 2}}, "d": 3}', '{"a": {"c": {2}}}'],
  ['object.subset', '{"a": [1, 2, 3]}', '{"a": [2, 3]}'],
  ['object.subset', '[1, 2, 1, 3]', '[1, 3]'],
  ['object.subset', '[1, 2, 3]', '{3, 1}'],
  ['object.subset', '{1, 2}', '{3}'],
  ['object.subset', '{}', '{}'],
  ['object.subset', '[]', '[]'],
  ['object.subset', '[]', 'set()'],
  ['abs', '-0.30'],
  ['plus', '0.1', '0.2'],
  ['plus', '1e20', '9007199254740993'],
  ['minus', '9007199254740993', '0.5'],
  ['minus', '0.30', '4'],
  ['mul', '0.30', '11'],
  ['mul', '1e-7', '-275320485'],
  ['mul', '671170488729839558548', '33.333333333333336'],
  ['div', '1', '3'],
  ['div', '-20', '-7'],
  ['div', '-104897597534981430026', '1e3'],
  ['div', '10', '4'],
  ['sum', '[-7, 0.30, 10]'],
  ['sum', '{-6, 0.2, 3.0, 2}'],
  ['sum', '[1.0, 9007199254740993]'],
  ['product', '[0.1, 3]'],
  ['product', '{11, 33.333333333333336, -961856335}'],
  ['to_number', '"9007199254740993"'],
  ['to_number', '"-1.50"'],
  ['to_number', '"1e3"'],
  ['to_number', 'true'],
  ['to_number', 'null'],
  ['to_number', '1.0'],
  ['concat', '", "', '{"b", "a", "\\u00e9", "B"}'],
  ['concat', '""', '["b", "a"]'],
  ['strings.replace_n', '{"a": "b", "b": "c", "ab": "x"}', '"abba😀"'],
  ['glob.match', '"*.example.com"', '[]', '"a.example.com"'],
  ['glob.match', '"*.example.com"', '[]', '"a.b.example.com"'],
  ['glob.match', '"**.example.com"', '[]', '"a.b.example.com"'],
  ['glob.match', '"repo:*:ref:?ain"', '[":", "/"]', '"repo:a/b:ref:main"'],
  ['glob.match', '"a*c"', 'null', '"a.b/c"'],
  ['json.unmarshal', '"{\\"a\\": [1, 2.50, 9007199254740993, null, \\"\\\\u00e9\\"]}"'],
  ['json.is_valid', '"10.0.0.0/8"'],
  ['json.is_valid', '" [1] "'],
  ['json.is_valid', '5'],
  ['base64.decode', '"aMOpbGxv"'],
  ['base64.is_valid', '"aMOpbGx"'],
  ['base64.is_valid', '""'],
  ['base64url.decode', '"YT9iPmM"'],
  ['base64url.decode', '"YT9iPg=="'],
  ['net.cidr_contains', '"10.0.0.0/8"', '"10.1.2.3"'],
  ['net.cidr_contains', '"10.0.0.0/8"', '"10.1.0.0/16"'],
  ['net.cidr_contains', '"10.1.0.0/16"', '"10.0.0.0/8"'],
  ['net.cidr_contains', '"::ffff:10.0.0.0/104"', '"10.1.2.3"'],
  ['net.cidr_contains', '"10.0.0.0/8"', '"::ffff:10.1.2.3"'],
  ['net.cidr_contains', '"7:5:a589:dd::9:114.53.254.19/9"', '"::ffff:10.0.0.0/104"'],
  ['net.cidr_contains', '"2001:db8::/32"', '"2001:db8:1::/48"'],
  ['net.cidr_contains', '"::/0"', '"10.0.0.1"'],
  ['net.cidr_contains', '"0.0.0.0/0"', '"255.255.255.255"'],
  ['net.cidr_intersects', '"10.0.0.0/8"', '"10.255.0.0/16"'],
  ['net.cidr_intersects', '"fe80::/10"', '"febf::/16"'],
  ['format_int', '18446744073709551617', '16'],
  ['format_int', '-255', '2'],
  ['format_int', '0', '8'],
  ['numbers.range_step', '10', '0', '3'],
  ['numbers.range_step', '-2', '200', '7'],
  ['max', '[]'],
  ['min', 'set()'],
  ['crypto.md5', '"héllo"'],
  ['crypto.sha1', '"héllo"'],
  ['crypto.sha256', '""'],
  ['crypto.hmac.md5', '"message"', '"key"'],
  ['crypto.hmac.sha1', '"message"', '"key"'],
  ['crypto.hmac.sha256', '"message"', '"kéy"'],
  ['crypto.hmac.sha512', '"message"', '"key"'],
  ['crypto.hmac.equal', '"abc"', '"abc"'],
  ['crypto.hmac.equal', '"abc"', '"abcd"'],
  ['base64url.encode_no_pad', '"a?b>c"'],
  ['hex.encode', '"é\\u0000"'],
  ['hex.decode', '"C3a9"'],
  ['urlquery.encode', '"a b&c=é!*\'()~/"'],
  ['urlquery.decode', '"a+b%26%C3%A9"'],
  ['io.jwt.decode', `"${token({ alg: 'RS256', typ: 'JWT' }, { sub: 'a', exp: 1767225600, aud: ['x'] })}"`],
  ['io.jwt.decode', `"${token({ alg: 'none' }, {})}"`],
  ['trace', '"note"'],
];

function token(header: object, payload: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [part(header), part(payload), Buffer.from('signature').toString('base64url')].join('.');
}

describe('a builtin in TypeScript answers as OPA does', () => {
  it.each(HANDLED.map(([name, ...operands]) => ({ name, operands, call: `${name}(${operands.join(', ')})` })))(
    '$call',
    ({ name, operands }) => {
      const ours = askOurs(name, operands);
      expect(ours, 'left to OPA').toBeDefined();
      const theirs = askOpa(name, operands);
      expect(same(ours ?? '', theirs), `ours ${ours}, OPA's ${theirs}`).toBe(true);
    },
  );

  it('has a case for every one', () => {
    expect([...BUILTINS.keys()].filter((name) => !HANDLED.some(([handled]) => handled === name))).toEqual([]);
  });
});

/** Calls that have no answer, or that need more than TypeScript has here. */
const LEFT: readonly (readonly [string, ...(readonly string[])])[] = [
  ['sprintf', '"%d"', '["a"]'],
  ['sprintf', '"%s"', '[1]'],
  ['sprintf', '"%5d"', '[1]'],
  ['sprintf', '"%.2f"', '[1.005]'],
  ['sprintf', '"%s %s"', '["a"]'],
  ['sprintf', '"%s"', '["a", "b"]'],
  ['sprintf', '"%"', '[]'],
  ['sprintf', '"%v"', '[1.0]'],
  ['sprintf', '"%s"', '[1.0]'],
  ['object.subset', '{1.0}', '{1}'],
  ['sprintf', '"%v"', '[{{"a": 1}, {"b": 2}}]'],
  ['time.parse_rfc3339_ns', '"2026-02-30T00:00:00Z"'],
  ['time.parse_rfc3339_ns', '"yesterday"'],
  ['time.parse_rfc3339_ns', '"2500-01-01T00:00:00Z"'],
  ['time.parse_ns', '"2006"', '"2026"'],
  ['time.format', '[1767225600000000000, "Europe/Vienna", "RFC1123"]'],
  ['time.date', '[1767225600000000000, "America/New_York"]'],
  ['time.date', '"now"'],
  ['time.diff', '[0, "Europe/Vienna"]', '0'],
  ['semver.compare', '"1.0"', '"1.0.0"'],
  ['units.parse', '"100m"'],
  ['units.parse_bytes', '"1.5Ki"'],
  ['units.parse_bytes', '"1X"'],
  ['plus', '"a"', '1'],
  ['div', '1', '0'],
  ['abs', '-1e20'],
  ['product', '[-0.1, 0.0]'],
  ['div', '1.5', '0.0'],
  ['sum', '["a"]'],
  ['to_number', '"."'],
  ['to_number', '"0x1F"'],
  ['to_number', '"1e400"'],
  ['concat', '","', '{1}'],
  ['concat', '","', '"a"'],
  ['strings.replace_n', '{"": "x"}', '"ab"'],
  ['glob.match', '"{a"', '[]', '"a"'],
  ['glob.match', '"[a-c]"', '[]', '"b"'],
  ['glob.match', '"***"', '[]', '"b"'],
  ['glob.match', '"*"', '["ab"]', '"b"'],
  ['json.unmarshal', '"10.0.0.0/8"'],
  ['json.unmarshal', '"[1e40000]"'],
  ['json.unmarshal', '"{\\"a\\": 1, \\"a\\": 2}"'],
  ['json.unmarshal', '"\\"\\\\ud800\\""'],
  ['base64.decode', '"a|b"'],
  ['base64.decode', '"/w=="'],
  ['base64url.decode', '"a+b="'],
  ['net.cidr_contains', '"10.0.0.0"', '"10.0.0.1"'],
  ['net.cidr_contains', '"10.0.0.0/8"', '"fe80::1%eth0"'],
  ['net.cidr_intersects', '"10.0.0.0/8"', '"10.0.0.1"'],
  ['indexof_n', '"a"', '""'],
  ['object.subset', '1', '{}'],
  ['numbers.range_step', '1', '5', '0'],
  ['max', '5'],
  ['hex.decode', '"zz"'],
  ['hex.decode', '"ff"'],
  ['urlquery.decode', '"%zz"'],
  ['io.jwt.decode', '"a.b"'],
  ['io.jwt.decode', `"${token({ alg: 'none', cty: 'JWT' }, {})}"`],
  ['crypto.sha256', '5'],
];

describe('what is left to OPA', () => {
  it.each(LEFT.map(([name, ...operands]) => ({ name, operands, call: `${name}(${operands.join(', ')})` })))(
    '$call',
    ({ name, operands }) => {
      let handled: string | undefined;
      try {
        handled = askOurs(name, operands);
      } catch (error) {
        expect(error).toBeInstanceOf(LeftToOpa);
      }
      expect(handled).toBeUndefined();
      expect(typeof askOpa(name, operands)).toBe('string');
    },
  );
});

const text = fc.oneof(fc.string({ maxLength: 8 }), fc.string({ unit: 'grapheme', maxLength: 6 }));

const { value } = fc.letrec<{ value: RegoValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc
      .bigInt({ min: -(2n ** 80n), max: 2n ** 80n })
      .map((big) => (Number.isSafeInteger(Number(big)) ? Number(big) : big)),
    text,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.uniqueArray(fc.integer(), { maxLength: 3 }).map((members) => new RegoSet(members)),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }).map((object) => new RegoObject(Object.entries(object))),
  ),
}));

const verb = fc.constantFrom('%v', '%s', '%d', '%%', ' ', 'x', '%q', '%5v', '%');
const instant = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const small = fc.integer({ min: -500, max: 500 });
const version = fc.oneof(
  fc.stringMatching(/^v?[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}(-[0-9a-b]{1,3}(\.[0-9a-b]{1,2}){0,2})?(\+[0-9a-b.]{1,4})?$/),
  text,
);

const decimalNumber = fc.oneof(
  fc.integer(),
  fc
    .bigInt({ min: -(2n ** 70n), max: 2n ** 70n })
    .map((big) => (Number.isSafeInteger(Number(big)) ? Number(big) : big)),
  fc.stringMatching(/^-?(0|[1-9][0-9]{0,9})\.[0-9]{1,9}$/).map(parseValue),
  fc.stringMatching(/^-?[1-9](\.[0-9]{1,4})?e-?[0-9]$/).map(parseValue),
);
const abc = fc.stringMatching(/^[abc]{1,3}$/);

const network = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([ip, length]) => `${ip}/${length}`),
  fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })).map(([ip, length]) => `${ip}/${length}`),
  fc.tuple(fc.ipV4(), fc.integer({ min: 90, max: 128 })).map(([ip, length]) => `::ffff:${ip}/${length}`),
  fc.integer({ min: 0, max: 32 }).map((length) => `10.0.0.0/${length}`),
  fc.integer({ min: 0, max: 128 }).map((length) => `2001:db8::/${length}`),
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV4().map((ip) => `::ffff:${ip}`),
);

describe('any operands', () => {
  const property = (name: string, operands: fc.Arbitrary<readonly RegoValue[]>, runs = 300) =>
    it(name, () => {
      fc.assert(
        fc.property(operands, (values) => expectSame(name, values.map(formatValue))),
        { numRuns: runs },
      );
    });

  property(
    'sprintf',
    fc.tuple(
      fc.array(verb, { maxLength: 5 }).map((parts) => parts.join('')),
      fc.array(value, { maxLength: 4 }),
    ),
    1000,
  );
  property('object.subset', fc.tuple(value, value));
  property('semver.compare', fc.tuple(version, version), 1000);
  property('semver.is_valid', fc.tuple(version));
  property('time.format', fc.tuple(instant));
  property('time.date', fc.tuple(instant));
  property('time.clock', fc.tuple(instant));
  property('time.weekday', fc.tuple(instant));
  property('time.diff', fc.tuple(instant, instant), 1000);
  property('time.add_date', fc.tuple(instant, small, small, small));
  property('time.parse_rfc3339_ns', fc.tuple(fc.date({ noInvalidDate: true }).map((date) => date.toISOString())));
  property('time.parse_duration_ns', fc.tuple(fc.stringMatching(/^-?([0-9]{1,3}(h|m|s|ms|us|ns)){1,4}$/)));
  property('units.parse', fc.tuple(fc.stringMatching(/^[0-9]{1,4}[kKmMgGtTpPeEi]{0,2}$/)));
  property('units.parse_bytes', fc.tuple(fc.stringMatching(/^[0-9]{1,4}[kKmMgGeE]?[iI]?[bB]?$/)));
  property('strings.count', fc.tuple(text, text));
  property('strings.split_n', fc.tuple(text, text, fc.integer({ min: -5, max: 5 })));
  property('indexof_n', fc.tuple(text, text));
  property('urlquery.encode', fc.tuple(text));
  property('urlquery.decode', fc.tuple(text));
  property('hex.decode', fc.tuple(fc.stringMatching(/^[0-9a-fA-F]{0,8}$/)));
  for (const name of ['plus', 'minus', 'mul', 'div']) property(name, fc.tuple(decimalNumber, decimalNumber));
  property('abs', fc.tuple(decimalNumber));
  for (const name of ['sum', 'product']) {
    property(name, fc.tuple(fc.array(decimalNumber, { maxLength: 5 })));
    property(name, fc.tuple(fc.uniqueArray(fc.integer(), { maxLength: 5 }).map((members) => new RegoSet(members))));
  }
  property('to_number', fc.tuple(fc.oneof(text, decimalNumber.map(formatValue))));
  property(
    'concat',
    fc.tuple(
      text,
      fc.uniqueArray(text).map((members) => new RegoSet(members)),
    ),
  );
  property(
    'strings.replace_n',
    fc.tuple(
      fc.dictionary(abc, abc, { maxKeys: 4 }).map((object) => new RegoObject(Object.entries(object))),
      fc.stringMatching(/^[abc]{0,12}$/),
    ),
  );
  property(
    'glob.match',
    fc.tuple(
      fc.stringMatching(/^([ab./]|\*|\*\*|\?){0,7}$/),
      fc.constantFrom<RegoValue>(null, [], ['.'], ['/', '.']),
      fc.stringMatching(/^[ab./]{0,8}$/),
    ),
    2000,
  );
  property('json.unmarshal', fc.tuple(fc.oneof(fc.json(), text)));
  property('json.is_valid', fc.tuple(fc.oneof(fc.json(), text)));
  for (const name of ['base64.decode', 'base64.is_valid'])
    property(name, fc.tuple(fc.oneof(fc.base64String(), fc.stringMatching(/^[a-dA+/=_-]{0,9}$/))));
  property('base64url.decode', fc.tuple(fc.stringMatching(/^[a-dA+/=_-]{0,9}$/)), 1000);
  for (const name of ['net.cidr_contains', 'net.cidr_intersects']) property(name, fc.tuple(network, network), 2000);
  property(
    'net.cidr_is_valid',
    fc.tuple(
      fc.oneof(
        fc.ipV4().map((ip) => `${ip}/24`),
        fc.ipV6().map((ip) => `${ip}/64`),
        text,
      ),
    ),
  );
  property('numbers.range_step', fc.tuple(small, small, fc.integer({ min: -1, max: 9 })));
});
