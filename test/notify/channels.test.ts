import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { SecretValue } from '../../src/model/secret-value.ts';
import { emailChannel } from '../../src/notify/email-channel.ts';
import { emailText } from '../../src/notify/email-text.ts';
import type { Notice } from '../../src/notify/notice.ts';
import { slackMessage } from '../../src/notify/slack-message.ts';
import { slackChannel, webhookChannel } from '../../src/notify/webhook-channel.ts';
import { testCertificate } from '../support/certificate.ts';
import { webhookServer } from '../support/delivery-servers.ts';

const closing: (() => unknown)[] = [];
const certificate = testCertificate();

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const HOSTILE = 'x\r\nBcc: eve@example.com\r\n\r\n<!channel> <https://evil.example|click> & \u202e *b* @here';

const NOTICE: Notice = {
  kind: 'alerts',
  key: 'aud_1:7',
  severity: 'high',
  rule: 'static-key-refused',
  title: 'Static key refused',
  message: `a static key was refused: ${HOSTILE}`,
  facts: [{ name: 'who', value: HOSTILE }],
  link: 'https://lapse.example/console/requests/req_1',
  at: '2026-03-01T12:00:00.000Z',
};

const common = {
  privateNetwork: false,
  timeout: 2_000,
  ca: certificate.cert,
  now: () => new Date('2026-03-01T12:00:00Z'),
};

describe('a webhook channel', () => {
  it('gets the notice as it is, signed', async () => {
    const server = await webhookServer(certificate);
    closing.push(() => server.close());
    const hmac = new SecretValue(['fake', 'hook', 'secret'].join('-'));
    const url = new SecretValue(server.url);
    await webhookChannel({ id: 'hook', url, signing: { hmac }, ...common }).send(NOTICE);
    const received = server.received[0];
    expect(JSON.parse(received?.body ?? '')).toEqual(NOTICE);
    const text = `${received?.headers['webhook-id']}.${received?.headers['webhook-timestamp']}.${received?.body}`;
    const signature = createHmac('sha256', hmac.reveal()).update(text).digest('base64');
    expect(received?.headers['webhook-signature']).toBe(`v1,${signature}`);
  });
});

describe('a Slack channel', () => {
  it('gets blocks, and an answer but 2xx is a failure', async () => {
    const server = await webhookServer(certificate);
    closing.push(() => server.close());
    const channel = slackChannel({ id: 'chat', url: new SecretValue(server.url), ...common });
    await channel.send(NOTICE);
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual(slackMessage(NOTICE));
    server.answer = 404;
    await expect(channel.send(NOTICE)).rejects.toMatchObject({ code: 'HTTP_404' });
  });

  it('reads no mention, link or markup out of a name', () => {
    const message = JSON.parse(JSON.stringify(slackMessage({ ...NOTICE, title: HOSTILE })));
    expect(message.text).not.toMatch(/<|>/);
    expect(message.text).toContain('&lt;!channel&gt;');
    const texts = message.blocks.flatMap((block: { text?: object; fields?: object[]; elements?: object[] }) => [
      ...(block.text === undefined ? [] : [block.text]),
      ...(block.fields ?? []),
      ...(block.elements ?? []),
    ]);
    const marked = texts.filter(({ type }: { type: string }) => type !== 'plain_text');
    expect(marked).toEqual([{ type: 'mrkdwn', text: '<https://lapse.example/console/requests/req_1>' }]);
    expect(JSON.stringify(texts)).not.toContain('\u202e');
  });

  it('keeps to the lengths that Slack takes', () => {
    const long = 'ä'.repeat(5_000);
    const facts = Array.from({ length: 30 }, () => ({ name: 'who', value: long }));
    const message = JSON.parse(JSON.stringify(slackMessage({ ...NOTICE, title: long, message: long, facts })));
    expect(message.blocks[0].text.text.length).toBeLessThanOrEqual(150);
    expect(message.blocks[1].text.text.length).toBeLessThanOrEqual(500);
    expect(message.blocks[2].fields).toHaveLength(10);
  });
});

interface Mail {
  readonly to: readonly string[];
  readonly from: string;
  readonly text: string;
  readonly secure: boolean;
}

async function mailServer(options: SMTPServerOptions): Promise<{ port: number; mails: Mail[] }> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    ...options,
    logger: false,
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          to: rcptTo.map(({ address }) => address),
          from: mailFrom === false ? '' : mailFrom.address,
          text: Buffer.concat(parts).toString('utf8'),
          secure: session.secure,
        });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as AddressInfo).port, mails };
}

const mail = { id: 'mail', host: 'localhost', from: 'lapse@example.com', to: ['oncall@example.com'], timeout: 2_000 };
const PASSWORD = ['fake', 'mail', 'password'].join('-');

describe('a mail channel', () => {
  it('signs in over TLS and sends text that a name cannot leave', async () => {
    const server = await mailServer({
      secure: true,
      ...certificate,
      onAuth: ({ username, password }, _session, done) =>
        username === 'lapse' && password === PASSWORD ? done(null, { user: username }) : done(new Error('wrong')),
    });
    const login = { user: 'lapse', password: new SecretValue(PASSWORD) };
    const channel = emailChannel({ ...mail, port: server.port, tls: 'implicit', ca: certificate.cert, login });
    closing.push(() => channel.close());
    await channel.send({ ...NOTICE, title: HOSTILE });
    const [got] = server.mails;
    expect(got).toMatchObject({ to: ['oncall@example.com'], from: 'lapse@example.com', secure: true });
    const [head = ''] = (got?.text ?? '').split('\r\n\r\n');
    expect(head).not.toMatch(/^bcc:/im);
    expect(head).toMatch(/^content-type: text\/plain/im);
    expect(head).toMatch(/^auto-submitted: auto-generated/im);
  });

  it('with starttls goes nowhere without it, and believes no certificate of nobody', async () => {
    const plain = await mailServer({ authOptional: true, hideSTARTTLS: true });
    const bare = emailChannel({ ...mail, port: plain.port, tls: 'starttls', ca: certificate.cert });
    await expect(bare.send(NOTICE)).rejects.toMatchObject({ name: 'DeliveryError' });
    expect(plain.mails).toEqual([]);
    const upgraded = await mailServer({ authOptional: true, ...certificate });
    await expect(emailChannel({ ...mail, port: upgraded.port, tls: 'starttls' }).send(NOTICE)).rejects.toMatchObject({
      name: 'DeliveryError',
    });
    await emailChannel({ ...mail, port: upgraded.port, tls: 'starttls', ca: certificate.cert }).send(NOTICE);
    expect(upgraded.mails.map(({ secure }) => secure)).toEqual([true]);
  });

  it('fails without quoting what the server said', async () => {
    const server = await mailServer({
      authOptional: true,
      onMailFrom: (_address, _session, done) => done(new Error('no room for lapse@example.com')),
    });
    const failure = emailChannel({ ...mail, port: server.port, tls: 'none' }).send(NOTICE);
    await expect(failure).rejects.toMatchObject({ name: 'DeliveryError', message: 'EENVELOPE' });
  });

  it('shows line ends instead of writing them', () => {
    const { subject, text } = emailText({ ...NOTICE, title: HOSTILE });
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text.split('\n').filter((line) => line.startsWith('Bcc'))).toEqual([]);
  });
});
