import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { checkPolicyData } from '../../src/policy/check-policy-data.ts';

const BASE: JsonObject = {
  lapse: {
    thresholds: { key_age_days: 90 },
    allowed: { shipped: { subjects: ['a'], rules: ['old'], reason: 'made so' } },
  },
};
const RULES = new Map([['old', {}]]);
const EXCEPTION = { subjects: ['a'], rules: ['old'], reason: 'moves', owner: 'shop', expires: '2026-12-31' };

const check = (over: JsonObject) => checkPolicyData(over, BASE, RULES);

function failure(over: JsonObject): string {
  try {
    check(over);
  } catch (error) {
    if (error instanceof AppError && error.code === 'ERR_POLICY_INVALID') return error.message;
    throw error;
  }
  return 'nothing was refused';
}

describe('checkPolicyData', () => {
  it.each<[string, JsonObject]>([
    ['nothing', {}],
    ['levels of a rule and of its cases', { levels: { old: { privileged: 'off', default: 'low' } } }],
    ['a level of a whole rule', { levels: { old: 'critical' } }],
    ['thresholds', { thresholds: { key_age_days: 0.5 } }],
    [
      'an override',
      { overrides: { x: { owners: ['shop'], thresholds: { key_age_days: 7 }, levels: { old: 'off' } } } },
    ],
    ['an exception that ends', { allowed: { mine: EXCEPTION } }],
    ['a part of an exception that is shipped', { allowed: { shipped: { subjects: ['b'] } } }],
    ['values that only some rule of the user knows', { own: { a: 1 }, known_accounts: { '111122223333': 'ours' } }],
  ])('takes %s', (_what, over) => {
    expect(() => check(over)).not.toThrow();
  });

  it.each<[string, JsonObject, string]>([
    ['a misspelt threshold', { thresholds: { key_age_dyas: 7 } }, 'thresholds: there is no threshold "key_age_dyas"'],
    ['a threshold that is no number', { thresholds: { key_age_days: '7d' } }, 'thresholds.key_age_days: '],
    ['a rule that is none', { levels: { odl: 'low' } }, 'levels: there is no rule "odl"'],
    [
      'a level that is none',
      { levels: { old: 'severe' } },
      'levels.old: "severe" is no level, expected critical, high',
    ],
    ['one of a case', { levels: { old: { privileged: 1 } } }, 'levels.old.privileged: 1 is no level'],
    [
      'one of an override',
      { overrides: { x: { owners: ['a'], levels: { old: 'no' } } } },
      'overrides.x.levels.old: "no" is no level',
    ],
    [
      'a threshold of an override',
      { overrides: { x: { owners: ['a'], thresholds: { y: 1 } } } },
      'overrides.x.thresholds: there is no threshold "y"',
    ],
    [
      'an override for all',
      { overrides: { x: { thresholds: {} } } },
      'overrides.x: expected environments, owners or both',
    ],
    ['an unknown word in one', { overrides: { x: { owner: ['a'] } } }, 'overrides.x: '],
    [
      'an exception of a rule that is none',
      { allowed: { mine: { ...EXCEPTION, rules: ['odl'] } } },
      'allowed.mine.rules: there is no rule "odl"',
    ],
    [
      'an exception without end',
      { allowed: { mine: { subjects: ['a'], rules: ['old'], reason: 'moves', owner: 'shop' } } },
      'allowed.mine.expires: ',
    ],
    ['one without owner', { allowed: { mine: { ...EXCEPTION, owner: '' } } }, 'allowed.mine.owner: '],
    [
      'one that ends on no day',
      { allowed: { mine: { ...EXCEPTION, expires: 'next year' } } },
      'allowed.mine.expires: ',
    ],
    ['an unknown word in an exception', { allowed: { shipped: { subject: 'b' } } }, 'allowed.shipped: '],
  ])('refuses %s', (_what, over, message) => {
    expect(failure(over)).toContain(message);
  });
});
