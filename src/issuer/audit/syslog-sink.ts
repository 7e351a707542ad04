import { createSocket } from 'node:dgram';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { AuditEvent } from '../../model/audit-event.ts';
import type { AuditSink } from './audit-sink.ts';
import { octetCounted, type SyslogOrigin, syslogMessage, UDP_MOST } from './formats/syslog.ts';

export interface SyslogSinkOptions extends SyslogOrigin {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly transport: 'tls' | 'tcp' | 'udp';
  /** PEM; the usual certificate authorities when absent. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly timeout: number;
}

/** What was sent last is sent again behind a connection that broke. */
const RECENT = 100;

/**
 * Syslog (RFC 5424) over UDP (RFC 5426), TCP with octet counting (RFC 6587) or TLS (RFC 5425). The protocol has no answer, so what it
 * has taken may be lost all the same: it is never durable. Behind a broken connection the last messages come twice; they carry chain
 * and number.
 */
export class SyslogSink implements AuditSink {
  readonly name: string;
  readonly durable = false;
  readonly timeout: number;
  readonly batch = 100;
  readonly #options: SyslogSinkOptions;
  #socket: Socket | undefined;
  #recent: Buffer[] = [];
  #broke = false;

  constructor(options: SyslogSinkOptions) {
    this.name = options.name;
    this.timeout = options.timeout;
    this.#options = options;
  }

  async lastSeq(): Promise<undefined> {
    return undefined;
  }

  async write(events: readonly AuditEvent[]): Promise<void> {
    if (this.#options.transport === 'udp') await this.#datagrams(events);
    else await this.#stream(events.map((event) => octetCounted(syslogMessage(event, this.#options))));
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      socket.setTimeout(this.timeout, () => socket.destroy());
      socket.once('close', () => resolve());
      socket.end();
      // Nothing is read; without that the end of the other side would not be seen.
      socket.resume();
    });
  }

  async #datagrams(events: readonly AuditEvent[]): Promise<void> {
    const { host, port } = this.#options;
    const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' });
    try {
      for (const event of events) {
        const message = Buffer.from(syslogMessage(event, this.#options, UDP_MOST), 'utf8');
        await new Promise<void>((resolve, reject) => {
          socket.once('error', reject);
          socket.send(message, port, host, (error) => (error === null ? resolve() : reject(error)));
        });
      }
    } finally {
      socket.close();
    }
  }

  async #stream(frames: readonly Buffer[]): Promise<void> {
    const socket = await this.#connected();
    const again = this.#broke ? this.#recent : [];
    await within(this.timeout, socket, (done) => socket.write(Buffer.concat([...again, ...frames]), done));
    this.#broke = false;
    this.#recent = [...this.#recent, ...frames].slice(-RECENT);
  }

  async #connected(): Promise<Socket> {
    if (this.#socket?.writable === true) return this.#socket;
    const { host, port, transport, ca, cert, key } = this.#options;
    const socket =
      transport === 'tls'
        ? connectTls({
            host,
            port,
            servername: /^[\d.]+$|:/.test(host) ? '' : host,
            minVersion: 'TLSv1.2',
            ...(ca === undefined ? {} : { ca }),
            ...(cert === undefined ? {} : { cert }),
            ...(key === undefined ? {} : { key }),
          })
        : connectTcp({ host, port });
    socket.setKeepAlive(true, 30_000);
    socket.on('error', () => {
      this.#broke = true;
    });
    // The other side has gone: seen now, the next write does not go into the void.
    socket.on('end', () => socket.destroy());
    socket.resume();
    await within(this.timeout, socket, (done) =>
      socket.once(transport === 'tls' ? 'secureConnect' : 'connect', () => done()),
    );
    this.#socket = socket;
    return socket;
  }
}

/** Waits for one thing of a socket. One that hangs is destroyed: what it was to send comes again. */
function within(timeout: number, socket: Socket, start: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error | null): void => {
      clearTimeout(timer);
      socket.off('error', end).off('close', closed);
      if (error) reject(error);
      else resolve();
    };
    const closed = (): void => end(closedError());
    const timer = setTimeout(() => {
      socket.destroy();
      end(Object.assign(new Error(`no answer within ${timeout} ms`), { code: 'TIMEOUT' }));
    }, timeout);
    socket.once('error', end).once('close', closed);
    start(end);
  });
}

function closedError(): Error {
  return Object.assign(new Error('the connection was closed'), { code: 'CLOSED' });
}
