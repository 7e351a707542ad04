import { describe, expect, it, onTestFinished } from 'vitest';
import { SecretValue } from '../../src/model/secret-value.ts';
import { verifySpec } from '../../src/scan/secrets/verify-spec.ts';
import { type Question, type VerifierOptions, verifySecrets } from '../../src/verify/verifier.ts';
import { secret } from '../support/facts.ts';
import { startVendorServer, type VendorAnswer, type VendorServer } from '../support/vendor-server.ts';

const NOW = '2026-11-22T12:00:00.000Z';

async function vendor(answers: Readonly<Record<string, readonly (VendorAnswer | undefined)[]>>): Promise<VendorServer> {
  const left = new Map(Object.entries(answers).map(([token, list]) => [token, [...list]]));
  const server = await startVendorServer(({ headers }) => {
    const list = left.get(headers.authorization?.replace(/^Bearer /, '') ?? '') ?? [];
    return list.length > 1 ? list.shift() : list[0];
  });
  onTestFinished(() => server.close());
  return server;
}

const specAt = (host: string, change: object = {}) =>
  verifySpec.parse({
    hosts: [host],
    url: `https://${host}/me`,
    auth: { bearer: '{secret}' },
    active: { status: [200], contains: ['"ok":true'] },
    inactive: { status: [200, 401], contains: ['"ok":false'] },
    ...change,
  });

const question = (value: string, host: string, change: object = {}): Question => ({
  secret: secret(value),
  value: new SecretValue(value),
  spec: specAt(host, change),
});

const options = (server: VendorServer, change: Partial<VerifierOptions> = {}): VerifierOptions => ({
  interval: 0,
  timeout: 5_000,
  ca: server.ca,
  clock: () => new Date(NOW),
  ...change,
});

describe('asking a vendor', () => {
  it('tells what works, what does not and what the answer leaves open', async () => {
    const server = await vendor({
      works: [{ status: 200, body: '{"ok":true}' }],
      dead: [{ status: 401, body: '{"ok":false}' }],
      odd: [{ status: 403, body: '{"ok":false}' }],
    });
    const questions = ['works', 'dead', 'odd', 'works'].map((value) => question(value, server.host));
    const { verdicts, problems } = await verifySecrets(questions, options(server));
    expect(problems).toEqual([]);
    expect(Object.fromEntries(verdicts.map((verdict) => [verdict.secret.title, verdict.validity]))).toEqual({
      'test secret works': 'active',
      'test secret dead': 'inactive',
      'test secret odd': 'unknown',
    });
    expect(verdicts.map(({ at }) => at)).toEqual([NOW, NOW, NOW]);
    // Each secret is asked about once.
    expect(server.received).toHaveLength(3);
    expect(server.received.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET']);
  });

  it('takes no answer for a no where the rule knows none', async () => {
    const server = await vendor({ dead: [{ status: 401, body: '{"ok":false}' }] });
    const { verdicts } = await verifySecrets([question('dead', server.host, { inactive: undefined })], options(server));
    expect(verdicts.map(({ validity }) => validity)).toEqual(['unknown']);
  });

  it('does not follow a redirect', async () => {
    const elsewhere = await vendor({});
    const server = await vendor({
      moved: [{ status: 302, headers: { location: `https://${elsewhere.host}/me` } }],
    });
    const { verdicts } = await verifySecrets([question('moved', server.host)], options(server));
    expect(verdicts.map(({ validity }) => validity)).toEqual(['unknown']);
    expect(elsewhere.received).toEqual([]);
  });

  it('pauses between requests to one host, and waits as long as the vendor says', async () => {
    const server = await vendor({
      one: [
        { status: 429, headers: { 'retry-after': '1' } },
        { status: 200, body: '{"ok":true}' },
      ],
      two: [{ status: 200, body: '{"ok":true}' }],
    });
    const { verdicts } = await verifySecrets(
      [question('one', server.host), question('two', server.host)],
      options(server, { interval: 150 }),
    );
    expect(verdicts.map(({ validity }) => validity)).toEqual(['active', 'active']);
    const [first = 0, again = 0, second = 0] = server.received.map(({ at }) => at);
    expect(again - first).toBeGreaterThanOrEqual(990);
    expect(second - again).toBeGreaterThanOrEqual(140);
  });

  it('waits until the date that the vendor says', async () => {
    const server = await vendor({
      one: [
        { status: 429, headers: { 'retry-after': new Date(Date.parse(NOW) + 2_000).toUTCString() } },
        { status: 200, body: '{"ok":true}' },
      ],
    });
    const { verdicts } = await verifySecrets([question('one', server.host)], options(server));
    expect(verdicts.map(({ validity }) => validity)).toEqual(['active']);
    const [first = 0, again = 0] = server.received.map(({ at }) => at);
    expect(again - first).toBeGreaterThanOrEqual(1_990);
  });

  it('does not ask again in this run when the date is far away', async () => {
    const server = await vendor({
      one: [{ status: 503, headers: { 'retry-after': new Date(Date.parse(NOW) + 3_600_000).toUTCString() } }],
    });
    const { problems } = await verifySecrets([question('one', server.host)], options(server));
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining(`${server.host} answered 503`)]);
    expect(server.received).toHaveLength(1);
  });

  it('asks one host one thing at a time, whichever rules name it', async () => {
    const works: VendorAnswer = { status: 200, body: '{"ok":true}' };
    const server = await vendor({ one: [works], two: [works], three: [works] });
    const { verdicts } = await verifySecrets(
      [
        question('one', server.host),
        question('two', server.host, { hosts: [server.host, 'eu.acme.example'] }),
        question('three', server.host, { hosts: ['us.acme.example', server.host] }),
      ],
      options(server, { interval: 150 }),
    );
    expect(verdicts.map(({ validity }) => validity)).toEqual(['active', 'active', 'active']);
    const [first = 0, second = 0, third = 0] = server.received.map(({ at }) => at);
    expect(second - first).toBeGreaterThanOrEqual(140);
    expect(third - second).toBeGreaterThanOrEqual(140);
  });

  it('reports a host that does not answer, by its name alone, and goes on with the others', async () => {
    const dead = await vendor({ hidden: [undefined] });
    const busy = await vendor({ waiting: [{ status: 503, headers: { 'retry-after': '3600' } }] });
    const untrusted = await vendor({ stranger: [{ status: 200, body: '{"ok":true}' }] });
    const server = await vendor({ works: [{ status: 200, body: '{"ok":true}' }] });
    const { verdicts, problems } = await verifySecrets(
      [
        question('hidden', dead.host),
        question('waiting', busy.host),
        question('stranger', untrusted.host),
        question('works', server.host),
      ],
      options(server, { ca: `${dead.ca}\n${busy.ca}\n${server.ca}` }),
    );
    expect(verdicts.map((verdict) => verdict.secret.title)).toEqual(['test secret works']);
    expect(problems.map(({ code }) => code)).toEqual(Array(3).fill('ERR_VERIFY_UNREACHABLE'));
    for (const said of [
      `${busy.host} answered 503`,
      `${dead.host} cannot be asked`,
      `${untrusted.host} cannot be asked`,
    ])
      expect(problems.some(({ message }) => message.startsWith(said))).toBe(true);
    expect(JSON.stringify(problems)).not.toMatch(/hidden|waiting|stranger/);
    expect(untrusted.received).toEqual([]);
  });

  it('does not try a host again that could not be reached', async () => {
    const server = await vendor({ one: [undefined], two: [undefined], three: [undefined] });
    const questions = ['one', 'two', 'three'].map((value) => question(value, server.host));
    const { problems } = await verifySecrets(questions, options(server));
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/cannot be asked .*; nor are its other 2 secrets asked about$/),
    ]);
    expect(server.received).toHaveLength(1);
  });

  it('reads no more of an answer than a rule may look at', async () => {
    const server = await vendor({ long: [{ status: 200, body: `${'x'.repeat(200_000)}"ok":true` }] });
    const { verdicts } = await verifySecrets([question('long', server.host)], options(server));
    expect(verdicts.map(({ validity }) => validity)).toEqual(['unknown']);
  });

  it('gives up on a host that is silent', async () => {
    const server = await startVendorServer(() => ({ status: 200 }));
    onTestFinished(() => server.close());
    const { problems } = await verifySecrets([question('x', server.host)], options(server, { timeout: 0 }));
    expect(problems.map(({ code }) => code)).toEqual(['ERR_VERIFY_UNREACHABLE']);
  });
});
