import { Agent, request } from 'node:https';
import { type Answer, type HttpBench, openHttpBench } from './http-bench.ts';
import { MANY_LEASES, TestClock } from './issuer-bench.ts';
import { makeCertificate, type Pair } from './pki.ts';

/** A bench behind TLS, on a clock that certificates of today are good at. */
export interface TlsBench extends HttpBench {
  /** POSTs a form on a connection of its own, with a client certificate where there is one. */
  send(
    path: string,
    parameters: Readonly<Record<string, string>>,
    by?: Pick<Pair, 'cert' | 'key'>,
    headers?: Readonly<Record<string, string | string[]>>,
  ): Promise<Answer>;
}

/** An hour ahead, so that what is made during a test is good already. */
export function clockOfToday(): TestClock {
  return new TestClock(new Date(Date.now() + 3_600_000).toISOString());
}

export async function openTlsBench(http: NonNullable<Parameters<typeof openHttpBench>[0]>['http']): Promise<TlsBench> {
  const server = makeCertificate({ subject: '/CN=localhost', names: 'DNS:localhost' });
  const clock = clockOfToday();
  const bench = await openHttpBench({ clock, settings: MANY_LEASES, http: { tls: server, ...http } });
  return {
    ...bench,
    send: (path, parameters, by, headers = {}) => {
      const agent = new Agent({ ca: server.cert, servername: 'localhost', ...by });
      const body = new URLSearchParams(parameters).toString();
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      return new Promise((resolve, reject) => {
        const call = request(
          bench.url + path,
          { method: 'POST', agent, headers: { ...type, ...headers } },
          (response) => {
            let text = '';
            response.setEncoding('utf8').on('data', (part: string) => {
              text += part;
            });
            response.on('end', () => {
              agent.destroy();
              resolve({
                status: response.statusCode ?? 0,
                headers: new Headers(response.headers as Record<string, string>),
                body: text === '' ? {} : JSON.parse(text),
              });
            });
          },
        );
        call.on('error', reject);
        call.end(body);
      });
    },
  };
}
