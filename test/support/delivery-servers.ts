import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { createServer as createHttp, type Server as HttpServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import type { TestCertificate } from './certificate.ts';

/** A syslog receiver of its own making: it reads what RFC 6587 says about frames, and nothing else. */
export interface SyslogReceiver {
  readonly port: number;
  readonly messages: string[];
  /** Bytes that are no frame. */
  readonly broken: string[];
  /** Cuts every connection, as a restart does. */
  drop(): void;
  close(): Promise<void>;
}

export async function streamReceiver(tls?: TestCertificate, port = 0): Promise<SyslogReceiver> {
  const messages: string[] = [];
  const broken: string[] = [];
  const sockets = new Set<Socket>();
  const take = (socket: Socket): void => {
    sockets.add(socket);
    let rest = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (part: Buffer) => {
      rest = Buffer.concat([rest, part]);
      for (;;) {
        const space = rest.indexOf(0x20);
        if (space < 0) return;
        const length = Number(rest.subarray(0, space).toString('ascii'));
        if (!Number.isInteger(length) || length < 1) {
          broken.push(rest.toString('utf8'));
          return;
        }
        if (rest.length < space + 1 + length) return;
        messages.push(rest.subarray(space + 1, space + 1 + length).toString('utf8'));
        rest = rest.subarray(space + 1 + length);
      }
    });
  };
  const server: Server = tls === undefined ? createTcp(take) : createTls(tls, take);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: portOf(server.address()),
    messages,
    broken,
    drop: () => {
      for (const socket of sockets) socket.resetAndDestroy?.();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

export async function datagramReceiver(): Promise<Omit<SyslogReceiver, 'drop'>> {
  const messages: string[] = [];
  const socket: Datagrams = createSocket('udp4');
  socket.on('message', (message) => messages.push(message.toString('utf8')));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    messages,
    broken: [],
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

export interface Received {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WebhookServer {
  readonly url: string;
  readonly received: Received[];
  /** What it answers; `hang` never answers. */
  answer: number | 'hang';
  /** Of a redirect. */
  location: string | undefined;
  body: string;
  close(): Promise<void>;
}

export async function webhookServer(tls?: TestCertificate): Promise<WebhookServer> {
  const state: WebhookServer = {
    url: '',
    received: [],
    answer: 204,
    location: undefined,
    body: '',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const server: HttpServer = (tls === undefined ? createHttp : createHttps.bind(undefined, tls))(
    (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        state.received.push({
          url: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(parts).toString('utf8'),
        });
        if (state.answer === 'hang') return;
        response.writeHead(state.answer, state.location === undefined ? {} : { location: state.location });
        response.end(state.body);
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const scheme = tls === undefined ? 'http' : 'https';
  return Object.assign(state, { url: `${scheme}://localhost:${portOf(server.address())}/hook` });
}

function portOf(address: string | AddressInfo | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
