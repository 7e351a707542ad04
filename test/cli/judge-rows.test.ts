import { describe, expect, it } from 'vitest';
import { judgeRows } from '../../src/cli/drift/judge-rows.ts';
import type { DriftRow } from '../../src/drift/drift.ts';
import { AppError } from '../../src/errors.ts';
import type { RawFinding } from '../../src/model/finding.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { PolicyEngine } from '../../src/policy/engine.ts';
import type { RuleMetadata } from '../../src/policy/metadata.ts';

const now = new Date('2026-01-20T00:00:00Z');

function row(id: string, minor = false): DriftRow {
  return {
    kind: 'reopened',
    entity: 'principal',
    id,
    name: `principal ${id}`,
    fields: [],
    minor,
    firstSeen: '',
    since: '',
    sources: [],
    location: { path: 'iam.json', line: 3 },
  };
}

/** An engine that answers as the test says; the real one is at work in drift.test.ts. */
function engine(answer: (input: JsonObject) => readonly RawFinding[]): {
  readonly engine: PolicyEngine;
  readonly asked: JsonObject[];
} {
  const asked: JsonObject[] = [];
  const rule = {
    id: 'reopened',
    title: 'It came back',
    severity: 'medium',
    message: '{name} is back',
    remediation: 'fix it',
    controls: {},
  } as unknown as RuleMetadata;
  const drift = async (input: JsonObject) => {
    asked.push(input);
    return answer(input);
  };
  return { engine: { rules: new Map([['reopened', rule]]), drift } as unknown as PolicyEngine, asked };
}

const said = (id: string, rule = 'reopened'): RawFinding => ({
  id: rule,
  subject: id,
  detail: { name: id },
  evidence: [],
});

describe('judgeRows', () => {
  it('asks about every row that matters, with the clock of the run', async () => {
    const { engine: policies, asked } = engine(({ row: asRow }) => [said(String((asRow as JsonObject).id))]);
    const { alerts, problems } = await judgeRows([row('b'), row('a'), row('c', true)], policies, now);
    expect(alerts.map(({ rule, message, severity, subjectName }) => [rule, message, severity, subjectName])).toEqual([
      ['reopened', 'a is back', 'medium', 'principal a'],
      ['reopened', 'b is back', 'medium', 'principal b'],
    ]);
    expect(problems).toEqual([]);
    expect(asked[0]?.now).toBe('2026-01-20T00:00:00.000Z');
  });

  it('makes a problem of a policy that errs, and goes on', async () => {
    const { engine: policies } = engine(({ row: asRow }) => {
      if ((asRow as JsonObject).id === 'a') throw new AppError('ERR_POLICY_TIMEOUT', 'took too long');
      return [said('b')];
    });
    const { alerts, problems } = await judgeRows([row('a'), row('b')], policies, now);
    expect(alerts).toHaveLength(1);
    expect(problems).toEqual([
      {
        code: 'ERR_POLICY_TIMEOUT',
        message: 'principal a: not judged: took too long',
        location: { path: 'iam.json', line: 3 },
      },
    ]);
  });

  it('makes a problem of an answer by a rule that nobody knows', async () => {
    const { engine: policies } = engine(() => [said('a', 'invented')]);
    expect((await judgeRows([row('a')], policies, now)).problems).toMatchObject([{ code: 'ERR_POLICY_ANSWER' }]);
  });

  it('stops asking when nothing but problems comes', async () => {
    const { engine: policies, asked } = engine(() => {
      throw new Error('broken');
    });
    const { problems } = await judgeRows(
      Array.from({ length: 500 }, (_, n) => row(String(n))),
      policies,
      now,
    );
    expect(problems.length).toBeGreaterThanOrEqual(20);
    expect(asked.length).toBeLessThan(40);
  });
});
