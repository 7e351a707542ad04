import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { awsScanner } from '../../../scanners/aws/index.ts';
import { Organizations } from '../../../src/iam/aws/organizations.ts';
import type { Fact } from '../../../src/model/fact.ts';
import { mergeInventory } from '../../../src/model/merge-inventory.ts';
import { scanBytes } from '../../scanners/scan-bytes.ts';

const INPUT = new URL('../../fixtures/scanners/aws/organization/input/', import.meta.url);
const SHOP = '444455556666';

/** The organization of the fixture without some of its files, which is what most people export. */
async function without(...files: readonly string[]): Promise<readonly Fact[]> {
  const facts: Fact[] = [];
  for (const file of readdirSync(INPUT)) {
    if (files.some((part) => file.includes(part)) || file.includes('what') || file.includes('broken')) continue;
    facts.push(...(await scanBytes(awsScanner, file, readFileSync(new URL(file, INPUT)))).facts);
  }
  return facts;
}

async function membership(account: string, ...files: readonly string[]) {
  const { organization, path, guard, resourceDeny, unseen } = new Organizations(
    mergeInventory(await without(...files)),
  ).of(account);
  const denies = [guard.deny, resourceDeny].map(({ all }) => all.length);
  return { organization, path, levels: guard.levels.length, denies, unseen };
}

describe('an organization, from its exports', () => {
  const known = { organization: 'o-exampleorg1', path: 'o-exampleorg1/r-ex01/ou-ex01-workload1/' };

  it('is known from root to account', async () => {
    expect(await membership(SHOP)).toEqual({
      ...known,
      levels: 0,
      denies: [1, 1],
      // Only the unit was asked for its resource control policies.
      unseen: ['resource control policies'],
    });
    expect(await membership('777788889999')).toMatchObject(known);
  });

  it('does not bind the account that manages it', async () => {
    expect(await membership('111122223333')).toMatchObject({ levels: 0, denies: [0, 0], unseen: [] });
  });

  it('of which the way up is not known: what is attached counts, the rest is named', async () => {
    const cut = await membership(SHOP, 'units-of', 'accounts.json');
    expect(cut.path).toBeUndefined();
    expect(cut.denies).toEqual([1, 1]);
    expect(cut.unseen[0]).toBe('organization policies above ou-ex01-workload1');
  });

  it('of which the targets of one policy are not known: every level may have more', async () => {
    const { unseen } = await membership(SHOP, 'targets-of-p-regions01');
    expect(unseen).toEqual([
      `service control policies of ${SHOP}`,
      'service control policies of ou-ex01-workload1',
      'service control policies of r-ex01',
      'resource control policies',
    ]);
  });

  it('that is not there at all is named once', async () => {
    expect(await membership('999900001111')).toEqual({
      organization: undefined,
      path: undefined,
      levels: 0,
      denies: [0, 0],
      unseen: ['organization policies'],
    });
  });

  it('of which two exports put an account into two units: neither is believed above it', async () => {
    const moved = JSON.stringify({ ChildId: SHOP, Parents: [{ Id: 'r-ex01', Type: 'ROOT' }] });
    const { facts } = await scanBytes(awsScanner, 'parents.json', moved);
    const { path, unseen } = new Organizations(mergeInventory([...(await without()), ...facts])).of(SHOP);
    expect(path).toBeUndefined();
    expect(unseen).toContain(`organization policies above ${SHOP}`);
  });

  it('says the same whatever file is read first', async () => {
    const facts = await without();
    const forwards = new Organizations(mergeInventory(facts)).of(SHOP);
    const backwards = new Organizations(mergeInventory([...facts].reverse())).of(SHOP);
    expect(backwards.unseen).toEqual(forwards.unseen);
    expect(backwards.guard.deny.all.map(({ grant }) => grant)).toEqual(
      forwards.guard.deny.all.map(({ grant }) => grant),
    );
  });
});
