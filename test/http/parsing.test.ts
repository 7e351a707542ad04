import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { errorAnswer, toAppError } from '../../src/http/error-answer.ts';
import { Form } from '../../src/http/form.ts';
import { LeaseHandles } from '../../src/http/lease-handle.ts';
import { safeError } from '../../src/http/safe-error.ts';
import { parseStrictJson } from '../../src/http/strict-json.ts';
import { flattenClaims } from '../../src/http/subject-token/flatten-claims.ts';
import { PollPace } from '../../src/http/token/poll-pace.ts';
import { mayConnect } from '../../src/net/address-policy.ts';

const LIMITS = { maxLength: 1000, maxDepth: 3 };

describe('strict JSON', () => {
  it.each([
    ['{"a":1,"b":{"a":1}}', { a: 1, b: { a: 1 } }],
    ['[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
    ['{"a" \n : "b:c", "d":"{\\"a\\":1}"}', { a: 'b:c', d: '{"a":1}' }],
    ['"x"', 'x'],
    [' 12 ', 12],
  ])('reads %s', (text, value) => {
    expect(parseStrictJson(text, LIMITS)).toEqual({ value });
  });

  it.each([
    ['{"a":1,"a":1}', 'a member is repeated'],
    ['{"a":1,"\\u0061" \n\t :1}', 'a member is repeated'],
    [`{"a":1,"a"${' '.repeat(200)}:1}`, 'a member is repeated'],
    ['[[[[1]]]]', 'nested deeper than 3'],
    ['{', 'not JSON'],
    ["{'a':1}", 'not JSON'],
    ['{"a":NaN}', 'not JSON'],
    [`"${'x'.repeat(1000)}"`, 'longer than 1000 characters'],
  ])('refuses %s', (text, problem) => {
    expect(parseStrictJson(text, LIMITS)).toEqual({ problem });
  });

  it('reads every JSON value without repeated members as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const text = JSON.stringify(value);
        expect(parseStrictJson(text, { maxLength: 1e6, maxDepth: 10 })).toEqual({ value: JSON.parse(text) });
      }),
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', 'a', '1', ' ') }),
        (text) => {
          parseStrictJson(text, LIMITS);
        },
      ),
    );
  });
});

describe('a form', () => {
  it('gives values, several where that is allowed, and none for empty ones', () => {
    const form = new Form('a=1&audience=x&audience=y&audience=&b=&c=a+b%20c');
    expect(form.required('a')).toBe('1');
    expect(form.all('audience')).toEqual(['x', 'y']);
    expect(form.optional('b')).toBeUndefined();
    expect(form.optional('c')).toBe('a b c');
    expect(() => form.required('b')).toThrow('parameter b is missing');
  });

  it.each([
    ['a=1&a=2', 'parameter a is repeated'],
    ['a=1&%61=2', 'parameter a is repeated'],
    ['%00=1', 'a parameter is not valid UTF-8 text'],
    ['a=%c3%28', 'a parameter is not valid UTF-8 text'],
    ['<b>=1&<b>=2', 'parameter (unnamed) is repeated'],
  ])('refuses %s', (body, message) => {
    expect(() => new Form(body)).toThrow(message);
  });

  it('has no properties that everybody has', () => {
    expect(new Form('a=1').optional('constructor')).toBeUndefined();
    expect(new Form('__proto__=1&__proto__x=2').optional('toString')).toBeUndefined();
  });
});

describe('answers to errors', () => {
  it.each([
    [new AppError('ERR_TARGET_UNKNOWN', 'unknown target'), 400, 'invalid_target'],
    [new AppError('ERR_STATIC_KEY_REFUSED', 'the key is refused'), 400, 'access_denied'],
    [new AppError('ERR_REQUEST_NOT_FOUND', 'none'), 400, 'invalid_grant'],
    [new AppError('ERR_HTTP_UNAUTHENTICATED', 'no'), 401, 'invalid_client'],
    [new AppError('ERR_AUDIT_UNWRITABLE', 'no sink'), 503, 'temporarily_unavailable'],
    [new AppError('ERR_QUOTA_EXCEEDED', 'too many'), 429, 'temporarily_unavailable'],
    [new AppError('ERR_STORE_VERSION', 'too new'), 500, 'server_error'],
    [new AppError('ERR_LEASE_NOT_FOUND', 'none'), 400, 'invalid_request'],
  ])('%s', (error, status, oauth) => {
    const answer = errorAnswer(error, 'oauth', 'r1', false);
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status, error: oauth });
    expect(answer.headers['retry-after']).toBe(status === 503 || status === 429 ? '5' : undefined);
  });

  it('tell nothing of what failed inside', () => {
    for (const form of ['oauth', 'problem'] as const) {
      const inside = new AppError('ERR_TARGET_UNREACHABLE', 'connection to db.internal refused', {
        hint: 'look there',
      });
      const bug = toAppError(new TypeError('cannot read "password" of undefined'));
      for (const error of [inside, bug]) {
        const text = JSON.stringify(errorAnswer(error, form, 'r1', false).body);
        expect(text).not.toMatch(/db\.internal|password|look there/);
      }
    }
  });

  it('keep to the characters of RFC 6749', () => {
    const { body } = errorAnswer(new AppError('ERR_USAGE', 'a "b" \\ ü \n'), 'oauth', 'r', false);
    expect(body.error_description).toBe("a 'b' ' ? ?");
  });
});

describe('what a log may hold of an error', () => {
  it('is the message of our own, and of others only what they are', () => {
    const url = ['postgres://u', 'p@h'].join(':');
    const cause = Object.assign(new TypeError(`Invalid URL: ${url}`), { input: url, code: 'ERR_INVALID_URL' });
    const logged = JSON.stringify(safeError(new AppError('ERR_CONFIG_INVALID', 'targets[0]: not a URL', { cause })));
    expect(logged).toContain('targets[0]: not a URL');
    expect(logged).toContain('ERR_INVALID_URL');
    expect(logged).not.toContain(url);
  });
});

describe('lease handles', () => {
  const handles = new LeaseHandles(Buffer.alloc(32, 1));

  it('open what they sealed and nothing else', () => {
    const handle = handles.seal('lse_abc');
    expect(handles.open(handle)).toBe('lse_abc');
    expect(handles.open(handle.replace('abc', 'abd'))).toBeUndefined();
    expect(handles.open('lse_abc')).toBeUndefined();
    expect(handles.open(`${handle}x`)).toBeUndefined();
    expect(new LeaseHandles(Buffer.alloc(32, 2)).open(handle)).toBeUndefined();
  });
});

describe('addresses that keys may be fetched from', () => {
  const nowhere = { loopback: false, privateNetwork: false };

  it.each([
    ['93.184.215.14', true],
    ['2606:2800:21f:cb07::1', true],
    ['127.0.0.1', false],
    ['::1', false],
    ['10.0.0.1', false],
    ['172.31.255.255', false],
    ['192.168.1.1', false],
    ['100.64.0.1', false],
    ['169.254.169.254', false],
    ['fe80::1', false],
    ['fd00::1', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:169.254.169.254', false],
    ['::ffff:a00:1', false],
    ['64:ff9b::a9fe:a9fe', false],
    ['0.0.0.0', false],
    ['::', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['not-an-address', false],
  ])('%s: %s', (address, allowed) => {
    expect(mayConnect(address, nowhere)).toBe(allowed);
  });

  it('are wider where the configuration says so, and never link-local', () => {
    expect(mayConnect('10.0.0.1', { loopback: false, privateNetwork: true })).toBe(true);
    expect(mayConnect('127.0.0.1', { loopback: true, privateNetwork: false })).toBe(true);
    expect(mayConnect('127.0.0.1', { loopback: false, privateNetwork: true })).toBe(false);
    expect(mayConnect('169.254.169.254', { loopback: true, privateNetwork: true })).toBe(false);
  });
});

describe('claims of a token', () => {
  it('are flat, without the envelope, lists and what is too long', () => {
    const claims = flattenClaims({
      iss: 'x',
      jti: 'y',
      repository: 'acme/orders',
      run: 7,
      'kubernetes.io': { namespace: 'prod', pod: { name: 'p' }, list: ['a'] },
      long: 'x'.repeat(600),
      groups: ['a'],
      nothing: null,
    });
    expect(claims).toEqual({
      repository: 'acme/orders',
      run: 7,
      'kubernetes.io/namespace': 'prod',
      'kubernetes.io/pod/name': 'p',
    });
  });

  it('with two ways to one path count for neither', () => {
    expect(flattenClaims({ 'a/b': 'one', a: { b: 'two' } })).toEqual({});
  });
});

describe('the pace of polling', () => {
  it('is of each poller alone', () => {
    const pace = new PollPace();
    const at = (seconds: number) => new Date(seconds * 1000);
    expect(pace.tooFast('a', at(0))).toBeUndefined();
    expect(pace.tooFast('b', at(1))).toBeUndefined();
    expect(pace.tooFast('a', at(4))).toBe(10);
    expect(pace.tooFast('a', at(14))).toBeUndefined();
    pace.forget('a');
    expect(pace.tooFast('a', at(15))).toBeUndefined();
  });
});
