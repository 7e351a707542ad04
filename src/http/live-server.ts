import type { RequestListener, Server } from 'node:http';
import { Server as TlsServer } from 'node:https';
import type { FastifyInstance } from 'fastify';
import { createServer, secureContext, serverOf } from './create-server.ts';
import type { HttpOptions } from './options.ts';

/** A server that goes on listening while what answers is replaced. */
export interface LiveServer {
  listen(at: { readonly host: string; readonly port: number }): Promise<void>;
  /** Addresses that it is bound to. */
  addresses(): readonly string[];
  /**
   * Makes what will answer by other options; nothing changes before `swap`. Requests that have begun by then are answered by what they began
   * with, all later ones by the new whole. TLS keys and certificates count for later handshakes; whether there is TLS, and whether it asks for
   * client certificates, stays.
   */
  prepare(options: HttpOptions): Promise<{ swap(): void; drop(): Promise<void> }>;
  close(): Promise<void>;
}

export async function openLiveServer(options: HttpOptions): Promise<LiveServer> {
  const servers: Server[] = [];
  /** Nothing as long as the first one answers. */
  let answer: RequestListener | undefined;
  const first = await createServer(options, (made, own) => {
    const server = serverOf(made, (request, reply) => (answer ?? own)(request, reply));
    servers.push(server);
    return server;
  });
  let current: FastifyInstance = first;
  return {
    listen: async (at) => void (await first.listen(at)),
    addresses: () => first.addresses().map((bound) => (typeof bound === 'string' ? bound : bound.address)),
    async prepare(next) {
      const app = await createServer(next);
      await app.ready();
      return {
        swap() {
          const former = current;
          current = app;
          answer = app.routing;
          const secure = secureContext({ tls: next.tls, certificates: next.certificates });
          if (secure !== undefined)
            for (const server of servers) if (server instanceof TlsServer) server.setSecureContext(secure);
          // Requests that wait in it for people are answered; the first one holds the socket.
          if (former !== first) void former.close();
        },
        drop: () => app.close(),
      };
    },
    async close() {
      if (current !== first) await current.close();
      await first.close();
    },
  };
}
