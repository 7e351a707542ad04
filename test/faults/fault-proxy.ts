import { connect, createServer, type Server, type Socket } from 'node:net';

/** What happens to bytes on their way to a server and back. */
export type Way =
  | { readonly kind: 'pass' }
  /** Nothing listens, and whoever was connected is thrown out. */
  | { readonly kind: 'refuse' }
  /** Connections are taken and stay open; nothing moves until another way is set. */
  | { readonly kind: 'hang' }
  /** Each piece comes so many milliseconds later. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** What is asked reaches the server, and its answer is cut off: about one in `oneIn`. */
  | { readonly kind: 'drop'; readonly oneIn: number };

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** A port of loopback in front of a server of loopback, on which things go wrong as they are told to. */
export class FaultProxy {
  readonly #to: number;
  readonly #pairs = new Set<Pair>();
  #listener: Server | undefined;
  #port = 0;
  #way: Way = { kind: 'pass' };
  readonly #held: (() => void)[] = [];

  private constructor(to: number) {
    this.#to = to;
  }

  static async start(to: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(to);
    await proxy.#listen();
    return proxy;
  }

  /** The same URL, through here. */
  url(url: string): string {
    const changed = new URL(url);
    changed.port = String(this.#port);
    return changed.href;
  }

  async set(way: Way): Promise<void> {
    this.#way = way;
    if (way.kind === 'refuse') {
      this.cut();
      await this.#deafen();
    } else await this.#listen();
    if (way.kind !== 'hang') for (const go of this.#held.splice(0)) go();
  }

  /** Every connection ends now, whatever is under way on it. */
  cut(): void {
    for (const pair of [...this.#pairs]) this.#end(pair);
  }

  async close(): Promise<void> {
    this.cut();
    await this.#deafen();
  }

  async #listen(): Promise<void> {
    if (this.#listener !== undefined) return;
    const listener = createServer((client) => this.#join(client));
    await new Promise<void>((resolve) => listener.listen(this.#port, '127.0.0.1', resolve));
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new TypeError('no port');
    this.#port = address.port;
    this.#listener = listener;
  }

  async #deafen(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    if (listener !== undefined) await new Promise((resolve) => listener.close(resolve));
  }

  #join(client: Socket): void {
    const pair = { client, server: connect(this.#to, '127.0.0.1') };
    this.#pairs.add(pair);
    for (const socket of [pair.client, pair.server]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      // What was sent before the end arrives first.
      socket.on('close', () => this.#when(() => this.#end(pair)));
    }
    client.on('data', (bytes) => this.#when(() => pair.server.write(bytes)));
    pair.server.on('data', (bytes) => {
      if (this.#way.kind === 'drop' && Math.random() * this.#way.oneIn < 1) this.#end(pair);
      else this.#when(() => client.write(bytes));
    });
  }

  #when(move: () => void): void {
    if (this.#way.kind === 'slow') setTimeout(move, this.#way.milliseconds);
    else if (this.#way.kind === 'hang' || this.#held.length > 0) this.#held.push(move);
    else move();
  }

  #end(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  }
}
