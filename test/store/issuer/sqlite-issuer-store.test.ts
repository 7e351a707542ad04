import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIssuerStore } from '../../../src/store/issuer/open-issuer-store.ts';
import { issuerStoreContract } from './issuer-store-contract.ts';

issuerStoreContract('SQLite', async () => {
  let folder = mkdtempSync(join(tmpdir(), 'lapse-store-'));
  return {
    open: () => openIssuerStore(join(folder, 'issuer.db')),
    reset: async () => {
      rmSync(folder, { recursive: true });
      folder = mkdtempSync(join(tmpdir(), 'lapse-store-'));
    },
    stop: async () => rmSync(folder, { recursive: true }),
  };
});
