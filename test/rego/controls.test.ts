import { describe, expect, it } from 'vitest';
import { parseBlock, readRules } from './read-rules.ts';

/** What there is a report for; its ids are compared with the tables in `src/report/compliance`. */
const EVERY_FINDING = ['nist_800_53_r5', 'soc2_2017', 'iso_27001_2022'];

/** Articles of the General Data Protection Regulation that speak of who may reach personal data, and how that is secured. */
const GDPR = new Set(
  ['5(1)(f)', '25(1)', '25(2)', '28', '28(1)', '28(3)', '32', '32(1)(a)', '32(1)(b)', '32(1)(d)', '32(2)', '32(4)'].map(
    (article) => `Art. ${article}`,
  ),
);

/** How many recommendations the sections of a benchmark have that findings may name. */
const SECTIONS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  cis_gcp_5_0: { '1': 18, '4': 12, '5': 2 },
  cis_kubernetes_2_0_1: { '1.2': 30, '1.3': 7, '3.1': 3, '4.2': 14, '5.1': 13, '5.2': 12, '5.4': 2 },
};

const findings = readRules()
  .filter(({ family }) => family === 'findings')
  .map(({ id, block }) => ({ id, controls: parseBlock(block).custom.controls ?? {} }));

describe('controls', () => {
  it.each(findings)('of $id are of each framework that is asked of all', ({ controls }) => {
    expect(EVERY_FINDING.filter((key) => !(key in controls))).toEqual([]);
  });

  it.each(findings)('of $id that no report has a table for are ones that exist', ({ controls }) => {
    expect((controls.gdpr ?? []).filter((article) => !GDPR.has(article))).toEqual([]);
    for (const [key, sections] of Object.entries(SECTIONS))
      expect((controls[key] ?? []).filter((id) => !isIn(sections, id)).map((id) => `${key} ${id}`)).toEqual([]);
  });

  it('name the regulation only where personal data may be reached, not everywhere', () => {
    const naming = findings.filter(({ controls }) => controls.gdpr !== undefined).length;
    expect(naming).toBeGreaterThan(10);
    expect(naming).toBeLessThan(findings.length / 2);
  });
});

function isIn(sections: Readonly<Record<string, number>>, id: string): boolean {
  const dot = id.lastIndexOf('.');
  const number = Number(id.slice(dot + 1));
  return Number.isInteger(number) && number >= 1 && number <= (sections[id.slice(0, dot)] ?? 0);
}
