import { SecretValue } from '../../../src/model/secret-value.ts';
import { openIssuerStore } from '../../../src/store/issuer/open-issuer-store.ts';
import { runSql, startPostgres } from '../../support/postgres.ts';
import { issuerStoreContract } from './issuer-store-contract.ts';

issuerStoreContract('PostgreSQL', async () => {
  const { url, stop } = await startPostgres();
  return {
    open: () => openIssuerStore(new SecretValue(url)),
    reset: async () => void (await runSql(url, 'drop schema if exists lapse_issuer cascade')),
    stop,
  };
});
