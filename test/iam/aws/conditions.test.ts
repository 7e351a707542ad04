import { describe, expect, it } from 'vitest';
import { evaluateCondition } from '../../../src/iam/aws/conditions.ts';
import type { KeyValue } from '../../../src/iam/aws/context.ts';
import { expandVariables } from '../../../src/iam/aws/variables.ts';
import type { Json } from '../../../src/model/json.ts';

const KEYS: Readonly<Record<string, KeyValue>> = {
  'aws:principaltag/team': ['payments'],
  'aws:principaltag/stars': ['a*'],
  'aws:principaltag/many': ['red', 'blue'],
  'aws:principalarn': ['arn:aws:iam::111122223333:role/app/deploy'],
  'aws:principalaccount': ['111122223333'],
  'aws:username': ['ci'],
  'app:number': ['10'],
  'app:date': ['2026-01-02T00:00:00Z'],
  'aws:principaltag/none': 'absent',
};
const context = (key: string): KeyValue => KEYS[key] ?? 'unknown';
const holds = (condition: Json) => {
  const answer = evaluateCondition(condition, context);
  return typeof answer === 'string' ? answer : 'if';
};
const TEAM = 'aws:PrincipalTag/team';
const NONE = 'aws:PrincipalTag/none';
const MANY = 'aws:PrincipalTag/many';
const UNKNOWN = 'aws:SourceIp';

describe('one operator on a key that is known, absent, unknown', () => {
  it.each([
    ['StringEquals', 'payments', 'yes', 'no', 'if'],
    ['StringEquals', 'Payments', 'no', 'no', 'if'],
    ['StringEquals', 'pay*', 'no', 'no', 'if'],
    ['StringLike', 'pay*', 'yes', 'no', 'if'],
    ['StringLike', 'PAY*', 'no', 'no', 'if'],
    ['StringNotEquals', 'payments', 'no', 'yes', 'if'],
    ['StringNotEquals', 'other', 'yes', 'yes', 'if'],
    ['StringNotLike', 'pay*', 'no', 'yes', 'if'],
    ['StringEqualsIgnoreCase', 'PAYMENTS', 'yes', 'no', 'if'],
    ['StringNotEqualsIgnoreCase', 'PAYMENTS', 'no', 'yes', 'if'],
    ['StringEqualsIfExists', 'other', 'no', 'yes', 'if'],
    ['StringNotEqualsIfExists', 'payments', 'no', 'yes', 'if'],
    ['Null', 'true', 'no', 'yes', 'if'],
    ['Null', 'false', 'yes', 'no', 'if'],
    ['ForAllValues:StringEquals', 'payments', 'yes', 'yes', 'if'],
    ['ForAllValues:StringNotEquals', 'payments', 'no', 'yes', 'if'],
    ['ForAnyValue:StringEquals', 'payments', 'yes', 'no', 'if'],
    ['ForAnyValue:StringEqualsIfExists', 'payments', 'yes', 'no', 'if'],
    ['ForAnyValue:StringNotEquals', 'other', 'yes', 'no', 'if'],
    ['stringequals', 'payments', 'yes', 'no', 'if'],
    ['IpAddress', '10.0.0.0/8', 'no', 'no', 'if'],
    ['SomethingNew', 'x', 'if', 'if', 'if'],
  ])('%s %s: %s, %s, %s', (operator, value, known, absent, unknown) => {
    expect(holds({ [operator]: { [TEAM]: value } })).toBe(known);
    expect(holds({ [operator]: { [NONE]: value } })).toBe(absent);
    expect(holds({ [operator]: { [UNKNOWN]: value } })).toBe(unknown);
  });
});

describe('several of them', () => {
  it.each<[string, Json, string]>([
    ['values of a positive operator are alternatives', { StringEquals: { [TEAM]: ['x', 'payments'] } }, 'yes'],
    ['values of a negated operator are all excluded', { StringNotEquals: { [TEAM]: ['x', 'payments'] } }, 'no'],
    ['keys must all hold', { StringEquals: { [TEAM]: 'payments', 'aws:username': 'other' } }, 'no'],
    ['operators must all hold', { StringEquals: { [TEAM]: 'payments' }, StringLike: { 'aws:username': 'c*' } }, 'yes'],
    ['a false one beats an unknown one', { StringEquals: { [TEAM]: 'x' }, IpAddress: { [UNKNOWN]: '1.2.3.4' } }, 'no'],
    ['an unknown one beats a true one', { StringEquals: { [TEAM]: 'payments' }, Bool: { 'aws:Foo': 'true' } }, 'if'],
    ['ForAnyValue: one of many', { 'ForAnyValue:StringEquals': { [MANY]: ['red'] } }, 'yes'],
    ['ForAllValues: not all of many', { 'ForAllValues:StringEquals': { [MANY]: ['red'] } }, 'no'],
    ['ForAllValues: all of many', { 'ForAllValues:StringEquals': { [MANY]: ['red', 'blue', 'green'] } }, 'yes'],
    ['an empty condition', {}, 'yes'],
    ['a condition that is none', 'text', 'if'],
  ])('%s', (_, condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  it('names what an answer depends on', () => {
    expect(evaluateCondition({ IpAddress: { 'aws:SourceIp': ['10.0.0.0/8'] } }, context)).toEqual({
      if: ['IpAddress aws:SourceIp 10.0.0.0/8'],
    });
    expect(evaluateCondition({ StringEquals: { 'aws:Foo': ['a', 'b', 'c', 'd', 'e'] } }, context)).toEqual({
      if: ['StringEquals aws:Foo a, b, c and 2 more'],
    });
  });
});

describe('values that are not text', () => {
  const ARN = 'aws:PrincipalArn';
  it.each<[Json, string]>([
    [{ ArnLike: { [ARN]: 'arn:aws:iam::*:role/app/*' } }, 'yes'],
    [{ ArnEquals: { [ARN]: 'arn:aws:iam::111122223333:role/*' } }, 'yes'],
    // A star does not reach into the next part of an ARN.
    [{ ArnLike: { [ARN]: 'arn:aws:iam::*' } }, 'no'],
    [{ ArnNotLike: { [ARN]: 'arn:aws:iam::*:role/app/*' } }, 'no'],
    [{ ArnNotEquals: { [ARN]: 'arn:aws:iam::111122223333:role/other' } }, 'yes'],
    [{ StringLike: { [ARN]: 'arn:aws:iam::*' } }, 'yes'],
    [{ NumericLessThan: { 'app:Number': '11' } }, 'yes'],
    [{ NumericGreaterThanEquals: { 'app:Number': 10 } }, 'yes'],
    [{ NumericEquals: { 'app:Number': '9' } }, 'no'],
    [{ NumericNotEquals: { 'app:Number': '9' } }, 'yes'],
    [{ DateGreaterThan: { 'app:Date': '2026-01-01T00:00:00Z' } }, 'yes'],
    [{ DateLessThanEquals: { 'app:Date': '2026-01-01T00:00:00Z' } }, 'no'],
    [{ DateLessThan: { 'app:Date': '1900000000' } }, 'yes'],
  ])('%j: %s', (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  it.each([true, 'true', 'True'])('a Bool written as %j', (value) => {
    const answer = evaluateCondition({ Bool: { 'app:flag': value } }, () => ['true']);
    expect(answer).toBe('yes');
  });
});

describe('policy variables', () => {
  const expand = (pattern: string) => expandVariables(pattern, context);
  const variable = (name: string) => `$\{${name}}`;

  it.each([
    [`bucket/${variable('aws:username')}/*`, 'bucket/ci/*'],
    [`bucket/${variable('AWS:UserName')}`, 'bucket/ci'],
    [`${variable('*')}${variable('?')}${variable('$')}`, '*?$'],
    [`x${variable("aws:PrincipalTag/none, 'default'")}`, 'xdefault'],
    [`x${variable("aws:PrincipalTag/team, 'default'")}`, 'xpayments'],
    ['no variable', 'no variable'],
  ])('%s becomes %s', (pattern, text) => {
    expect(expand(pattern)).toMatchObject({ kind: 'glob', text });
  });

  it('are unknown with the key, and match nothing without a value', () => {
    expect(expand(`a${variable('aws:SourceIp')}`)).toEqual({ kind: 'unknown', variable: variable('aws:SourceIp') });
    expect(expand(`a${variable('aws:PrincipalTag/none')}`)).toEqual({ kind: 'nothing' });
    expect(expand(`a${variable('aws:PrincipalTag/many')}`)).toMatchObject({ kind: 'unknown' });
  });

  it('put in text, not wildcards', () => {
    const stars = { StringLike: { [TEAM]: variable('aws:PrincipalTag/stars') } };
    expect(holds(stars)).toBe('no');
  });

  it.each<[string, Json, string]>([
    ['known', { StringEquals: { [TEAM]: variable('aws:PrincipalTag/team') } }, 'yes'],
    ['absent, positive', { StringEquals: { [TEAM]: variable('aws:PrincipalTag/none') } }, 'no'],
    ['absent, negated', { StringNotEquals: { [TEAM]: variable('aws:PrincipalTag/none') } }, 'yes'],
    ['unknown', { StringEquals: { [TEAM]: variable('aws:SourceIp') } }, 'if'],
  ])('in a condition: %s', (_, condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });
});
