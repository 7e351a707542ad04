import { expect, it } from 'vitest';
import { buildAccessGraph } from '../../../src/graph/access-graph.ts';
import { joinInventory } from '../../../src/graph/join-inventory.ts';
import { adminPaths } from '../../../src/graph/paths.ts';
import { azureEvaluator } from '../../../src/iam/azure/evaluator.ts';
import {
  application,
  assign,
  directoryRole,
  guid,
  IDENTITY,
  identity,
  object,
  SUB,
  sp,
  spId,
  tenant,
  user,
  userId,
} from './tenant.ts';

it('rows that know a principal by another id become its own', async () => {
  const view = await tenant(
    sp('ci'),
    application('ci'),
    identity(IDENTITY, 'deployer'),
    assign(object('sp', 'ci'), 'Owner', SUB),
    directoryRole(object('sp', 'deployer'), '729827e3-9c14-49f7-bb1b-9608f156bbb8'),
    {
      id: `${IDENTITY}/federatedIdentityCredentials/x`,
      name: 'x',
      issuer: 'https://i.example.com',
      subject: 's',
      audiences: ['a'],
    },
  );
  const joined = joinInventory(view);
  const ids = [...joined.principals.keys()].filter((id) => /:(?:service-principal|object):/.test(id)).sort();
  expect(ids).toEqual([spId('ci'), spId('deployer')].sort());
  const holders = new Set([...joined.grants.values()].map(({ principal }) => principal));
  expect(holders).toEqual(new Set([spId('ci'), spId('deployer')]));
  const federated = [...joined.trusts.values()].filter(({ subject }) => subject.kind === 'federated');
  expect(federated.map(({ principal }) => principal)).toEqual([spId('deployer')]);
});

it('an owner, an application, its service principal, the subscription: one path', async () => {
  const owners = [{ '@odata.type': '#microsoft.graph.user', id: object('user', 'ada') }];
  const view = await tenant(
    user('ada'),
    sp('ci'),
    application('ci', { owners, passwordCredentials: [{ keyId: guid('key'), endDateTime: null, hint: 'abc' }] }),
    assign(object('sp', 'ci'), 'Owner', SUB),
  );
  const joined = joinInventory(view);
  const path = adminPaths(buildAccessGraph(joined, azureEvaluator.evaluate(joined)));
  expect(path(userId('ada'))?.steps.map(({ how, to }) => [how, to])).toEqual([['entra-owner-credential', spId('ci')]]);
  const [credential] = joined.credentials.keys();
  expect(path(credential ?? '')?.steps.map(({ how, to }) => [how, to])).toEqual([['authenticates', spId('ci')]]);
});
