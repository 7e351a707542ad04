import { afterAll, beforeAll, expect, it } from 'vitest';
import { requesterRisk } from '../../src/cli/daemon/requester-risk.ts';
import type { InventoryStore } from '../../src/store/inventory/inventory-store.ts';
import { openInventoryStore } from '../../src/store/inventory/open-inventory-store.ts';
import { grant, inventoryOf, principal } from '../support/facts.ts';
import { storedInventory } from '../support/stored-inventory.ts';

const admin = principal('aws', 'role', 'arn:aws:iam::111122223333:role/admin');
const reader = principal('aws', 'role', 'arn:aws:iam::111122223333:role/reader');
const conditional = principal('aws', 'role', 'arn:aws:iam::111122223333:role/mfa');

let stored: Awaited<ReturnType<typeof storedInventory>>;
let store: InventoryStore;
let risk: ReturnType<typeof requesterRisk>;

beforeAll(async () => {
  const inventory = inventoryOf({
    principals: [admin, reader, conditional],
    grants: [
      grant(admin, ['*'], { resources: ['*'] }),
      grant(reader, ['s3:GetObject'], { resources: ['arn:aws:s3:::a/*'] }),
      grant(conditional, ['*'], {
        resources: ['*'],
        condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      }),
    ],
  });
  stored = await storedInventory({ at: new Date('2026-03-01T00:00:00Z'), inventory });
  store = await openInventoryStore(stored.file);
  risk = requesterRisk(store);
});
afterAll(async () => {
  await store.close();
  stored.close();
});

it('says of requester and target whether they are, or may become, administrator', async () => {
  expect(await risk(reader.id, [admin.id])).toEqual({
    requester_admin: 'no',
    requester_findings: [],
    target_admin: 'yes',
    target_findings: [],
  });
  expect(await risk(undefined, [reader.id])).toEqual({ target_admin: 'no', target_findings: [] });
});

it('keeps the conditions, and takes the worst of what a target hands out', async () => {
  expect(await risk(undefined, [reader.id, conditional.id])).toMatchObject({
    target_admin: { if: expect.arrayContaining([expect.stringContaining('MultiFactorAuthPresent')]) },
  });
  expect(await risk(undefined, [reader.id, admin.id])).toMatchObject({ target_admin: 'yes' });
});

it('says nothing of what it does not know, nor of a target that it knows half of', async () => {
  expect(await risk(undefined, [])).toBeNull();
  expect(await risk('aws:role:nobody', ['aws:role:nothing'])).toBeNull();
  expect(await risk(reader.id, [])).toEqual({ requester_admin: 'no', requester_findings: [] });
  expect(await risk(undefined, [reader.id, 'aws:role:nothing'])).toBeNull();
});
