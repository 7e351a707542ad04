import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finished, runLapse } from './processes.ts';
import { type ReceivedRequest, startVendorServer, type VendorAnswer, type VendorServer } from './vendor-server.ts';

export const jsonAnswer = (
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): VendorAnswer => ({
  status,
  body: JSON.stringify(body),
  headers,
});

/** A provider's API of a test, and scans that ask it. */
export interface LiveApi {
  readonly server: VendorServer;
  readonly folder: string;
  scan(live: string, env: Readonly<Record<string, string>>): Promise<Finished>;
  lapse(argv: readonly string[]): Promise<Finished>;
  close(): Promise<void>;
}

/** @param answer - what it says to a request; undefined breaks the connection off. */
export async function startLiveApi(
  answer: (request: ReceivedRequest, url: URL) => VendorAnswer | undefined,
): Promise<LiveApi> {
  const server = await startVendorServer((request) => answer(request, new URL(request.path, 'https://api.example')));
  const folder = mkdtempSync(join(tmpdir(), 'lapse-live-'));
  writeFileSync(join(folder, 'ca.pem'), server.ca);
  const lapse = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runLapse(argv, { cwd: folder, env: { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'), ...env } });
  return {
    server,
    folder,
    scan: (live, env) => lapse(['scan', '--live', live, '--format', 'json', '--fail-on', 'none'], env),
    lapse: (argv) => lapse(argv),
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
