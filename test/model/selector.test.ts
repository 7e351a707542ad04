import { describe, expect, it } from 'vitest';
import { assignEnvironments } from '../../src/model/environment.ts';
import { assignOwners } from '../../src/model/owner-rule.ts';
import { type PrincipalSelector, selects } from '../../src/model/selector.ts';
import { inventoryOf, principal } from '../support/facts.ts';

const row = principal('aws', 'role', 'arn:aws:iam::111122223333:role/prod/orders', {
  scope: ['111122223333'],
  attributes: { tags: { team: 'orders', 'cost/center': '7' } },
  locations: [{ path: 'deploy/prod/roles.json', line: 3 }],
});

describe('selects', () => {
  it.each<[PrincipalSelector, boolean]>([
    [{}, false],
    [{ scopes: ['111122223333'] }, true],
    [{ scopes: ['999'] }, false],
    [{ names: ['orders'] }, true],
    [{ names: ['ord*'] }, true],
    [{ names: ['arn:aws:iam::*:role/prod/*'] }, true],
    [{ names: ['arn:aws:iam::*:role/test/*'] }, false],
    [{ paths: ['deploy/prod'] }, true],
    [{ paths: ['deploy/test', 'deploy/prod/*.json'] }, true],
    [{ paths: ['prod'] }, false],
    [{ tags: ['team=orders'] }, true],
    [{ tags: ['team=*'] }, true],
    [{ tags: ['team'] }, true],
    [{ tags: ['cost/center=7'] }, true],
    [{ tags: ['team=shop'] }, false],
    [{ platforms: ['aws'], kinds: ['role'] }, true],
    [{ platforms: ['aws'], kinds: ['user'] }, false],
    [{ platforms: ['gcp', 'aws'] }, true],
    [{ scopes: ['111122223333'], tags: ['team=shop'] }, false],
  ])('%j: %s', (selector, expected) => {
    expect(selects(selector, row)).toBe(expected);
  });
});

describe('rules of the configuration', () => {
  const inventory = inventoryOf({ principals: [{ ...row, owner: { value: 'tagged', source: 'tag' } }] });

  it('an owner that is said on purpose counts more than one that was found', () => {
    const rules = [
      { owner: 'nobody', names: ['other'] },
      { owner: '@orders', paths: ['deploy'] },
      { owner: '@late', platforms: ['aws'] },
    ];
    expect(assignOwners(inventory, rules).principals.get(row.id)?.owner).toEqual({
      value: '@orders',
      source: 'config',
    });
    expect(assignOwners(inventory, rules.slice(0, 1)).principals.get(row.id)?.owner?.value).toBe('tagged');
  });

  it('an environment by any of the selectors', () => {
    const rules = [
      { name: 'test', names: ['*-test'] },
      { name: 'prod', paths: ['deploy/prod'] },
    ];
    expect(assignEnvironments(inventory, rules).principals.get(row.id)?.environment).toBe('prod');
  });
});
