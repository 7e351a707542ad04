import { describe, expect, it } from 'vitest';
import { assignEnvironments } from '../../src/model/environment.ts';
import { mergeInventory } from '../../src/model/merge-inventory.ts';
import { user } from '../store/sample-facts.ts';

const rules = [
  { name: 'production', scopes: ['111122223333', 'prod-*/payments'] },
  { name: 'shop', scopes: ['acme/shop'] },
  { name: 'rest', scopes: ['acme/*', 'prod-eu'] },
];

describe('assignEnvironments', () => {
  it.each([
    [['111122223333'], 'production'],
    [['1111222233334'], undefined],
    [['prod-eu', 'payments'], 'production'],
    [['prod-eu', 'payments', 'deep'], 'production'],
    [['prod-eu', 'payments-test'], 'rest'],
    [['prod-eu'], 'rest'],
    [['prod'], undefined],
    [['acme', 'shop'], 'shop'],
    [['acme', 'tools'], 'rest'],
    [['acme'], undefined],
    [[], undefined],
  ])('puts the scope %j into %s', (scope, environment) => {
    const { principals } = assignEnvironments(
      mergeInventory([{ kind: 'principal', body: user('ci', { scope }) }]),
      rules,
    );
    expect(principals.get(user('ci').id)?.environment).toBe(environment);
  });

  it('leaves what a source says, and everything when there are no rules', () => {
    const inventory = mergeInventory([{ kind: 'principal', body: user('ci', { environment: 'staging' }) }]);
    expect(assignEnvironments(inventory, rules)).toEqual(inventory);
    expect(assignEnvironments(inventory, [])).toBe(inventory);
  });
});
