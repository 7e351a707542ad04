import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cefLine } from '../../src/issuer/audit/formats/cef.ts';
import { OCSF_VERSION, ocsfEvent } from '../../src/issuer/audit/formats/ocsf.ts';
import type { AuditEvent } from '../../src/model/audit-event.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { type AuditFilter, fitsFilter } from '../../src/store/issuer/audit-filter.ts';
import { CONTEXT, DETAIL, openBench, WORKLOAD } from '../support/issuer-bench.ts';

interface Attribute {
  readonly type: string;
  readonly object?: true;
  readonly array?: true;
  readonly required?: true;
  readonly enum?: readonly number[];
}
interface Definition {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly constraints: { readonly at_least_one?: readonly string[]; readonly just_one?: readonly string[] };
}

/** What the schema's own repository says at the tag of the version: attributes, what is required, and values. */
const SCHEMA: {
  version: string;
  classes: Readonly<Record<string, Definition>>;
  objects: Readonly<Record<string, Definition>>;
} = JSON.parse(readFileSync(new URL(`../fixtures/ocsf/${OCSF_VERSION}.json`, import.meta.url), 'utf8'));

function problems(value: JsonObject, { attributes, constraints }: Definition, place: string): string[] {
  const found = Object.entries(attributes).flatMap(([name, attribute]) =>
    attribute.required === true && value[name] === undefined ? [`${place}.${name} is missing`] : [],
  );
  for (const [name, member] of Object.entries(value)) {
    const attribute = attributes[name];
    if (attribute === undefined) found.push(`${place}.${name} is unknown`);
    else if (member !== undefined) found.push(...memberProblems(member, attribute, `${place}.${name}`));
  }
  const has = (names: readonly string[] = []) => names.filter((name) => value[name] !== undefined).length;
  if (constraints.at_least_one !== undefined && has(constraints.at_least_one) === 0)
    found.push(`${place}: none of ${constraints.at_least_one}`);
  if (constraints.just_one !== undefined && has(constraints.just_one) !== 1)
    found.push(`${place}: not just one of ${constraints.just_one}`);
  return found;
}

function memberProblems(member: Json, attribute: Attribute, place: string): string[] {
  if (attribute.array === true) {
    if (!Array.isArray(member)) return [`${place} is no list`];
    return member.flatMap((one) => memberProblems(one, { ...attribute, array: undefined } as never, place));
  }
  if (attribute.enum !== undefined && !attribute.enum.includes(Number(member))) return [`${place} is ${member}`];
  if (attribute.object === true || typeof member === 'object') {
    const definition = SCHEMA.objects[attribute.type];
    return definition === undefined ? [] : problems(member as JsonObject, definition, place);
  }
  const wanted = /^(?:integer|long|timestamp|float)_t$/.test(attribute.type) ? 'number' : 'string';
  return typeof member === wanted ? [] : [`${place} is no ${wanted}`];
}

function event(name: string, change: Partial<AuditEvent> = {}): AuditEvent {
  return {
    chain: 'aud_1',
    seq: 7,
    prevHash: '0'.repeat(64),
    hash: 'f'.repeat(64),
    at: '2026-03-01T12:00:00.000Z',
    event: name,
    actor: 'workload:repo:acme/shop',
    detail: { source_ip: '10.2.3.4', correlation_id: 'cor-1' },
    ...change,
  };
}

const alert = { alert: 'orphan-found', severity: 'critical', title: 'T', key: 'k', message: 'M' };

const CASES: readonly [AuditEvent, number, number][] = [
  [event('operator.signed_in'), 3002, 1],
  [event('operator.sign_in_refused'), 3002, 2],
  [event('subject_token.refused'), 3002, 2],
  [event('static_key.used', { target: 'orders-db' }), 3002, 1],
  [event('lease.active', { target: 'orders-db', lease: 'lse_1' }), 3003, 1],
  [event('alert.raised', { detail: alert }), 2004, 1],
  [event('request.received', { request: 'req_1', target: 'orders-db' }), 3004, 1],
  [event('request.denied', { request: 'req_1' }), 3004, 2],
  [event('lease.revoking', { lease: 'lse_1' }), 3004, 1],
  [event('lease.revoke_failed', { lease: 'lse_1' }), 3004, 2],
  [event('audit.checkpoint', { actor: 'system', detail: {} }), 3004, 1],
];

describe('OCSF', () => {
  it.each(CASES)('$event is of the right class and fits the schema', (one, classUid, status) => {
    const written = ocsfEvent(one);
    expect(written).toMatchObject({ class_uid: classUid, status_id: status, time: 1_772_366_400_000 });
    expect(written.type_uid).toBe(classUid * 100 + Number(written.activity_id));
    const definition = SCHEMA.classes[String(classUid)];
    if (definition === undefined) throw new Error(`no class ${classUid}`);
    expect(problems(written, definition, one.event)).toEqual([]);
    expect(written.unmapped).toEqual(one);
  });

  it('is of the version that the schema was read at', () => {
    expect(SCHEMA.version).toBe(OCSF_VERSION);
    expect(ocsfEvent(event('lease.dead')).metadata).toMatchObject({ version: OCSF_VERSION, uid: 'aud_1:7' });
  });

  it('the check of this test finds what is wrong', () => {
    const definition = SCHEMA.classes['3003'];
    if (definition === undefined) throw new Error('no class');
    expect(problems({ activity_id: 7, privilege: 'x' }, definition, 'e')).toEqual(
      expect.arrayContaining(['e.user is missing', 'e.activity_id is 7', 'e.privilege is unknown']),
    );
  });
});

describe('CEF', () => {
  it('has header and extensions', () => {
    const line = cefLine(event('lease.revoke_failed', { target: 'orders-db', lease: 'lse_1' }));
    expect(line).toMatch(
      /^CEF:0\|lapse\|lapse\|1\|lease\.revoke_failed\|lease revoke failed\|8\|rt=1772366400000 externalId=aud_1:7 outcome=failure /,
    );
    expect(line).toContain(' src=10.2.3.4 ');
    expect(line).toContain(' cs3Label=lease cs3=lse_1 ');
  });

  it('keeps names of strangers in their place', () => {
    const hostile = event('request.denied', { actor: 'workload:a|b\\c=d\nCEF:0|forged\u202e' });
    const line = cefLine(hostile);
    expect(line).not.toContain('\n');
    expect(line).toContain('suser=workload:a|b\\\\c\\=d\\nCEF:0|forgedu{202e}');
    expect(line.split(/(?<!\\)\|/).slice(0, 7)).toHaveLength(7);
  });
});

describe('a filter', () => {
  const filters: readonly AuditFilter[] = [
    { event: 'lease.active' },
    { event: 'lease.*' },
    { event: 'lease_%' },
    { actor: 'workload:repo:acme/orders:ref:refs/heads/main' },
    { target: 'api', event: 'request.*' },
    { correlation: 'cor-1' },
    { correlation: 'cor_1' },
    { since: '2026-03-01T12:05:00.000Z' },
    { until: '2026-03-01T12:05:00.000Z', event: 'lease.active' },
    { chain: 'aud_other' },
  ];

  it('finds the same in the store as in an export', async () => {
    const bench = await openBench();
    try {
      await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
      bench.clock.advance(600_000);
      await bench.issuer.request(WORKLOAD, DETAIL, { ...CONTEXT, correlationId: 'cor-2' });
      const all = await bench.issuer.audit({ limit: 1000 });
      for (const filter of filters) {
        const expected = all.filter((one) => fitsFilter(one, filter)).map(({ seq }) => seq);
        const found = await bench.issuer.searchAudit(filter, 1000);
        expect(
          found.map(({ seq }) => seq),
          JSON.stringify(filter),
        ).toEqual(expected);
      }
      expect(await bench.issuer.searchAudit({ correlation: 'cor-2' }, 1000)).not.toEqual([]);
      expect(await bench.issuer.searchAudit({ event: 'lease_%' }, 1000)).toEqual([]);
    } finally {
      await bench.close();
    }
  });
});
