import { stringify } from 'yaml';
import { z } from 'zod';
import { SEVERITIES } from '../model/finding.ts';
import { parseStrictYaml } from './strict-yaml.ts';

const HEX_256 = /^[0-9a-f]{64}$/;

const acceptedSchema = z.strictObject({
  fingerprint: z.string().regex(HEX_256, 'expected 64 hex digits'),
  rule: z.string().min(1),
  severity: z.enum(SEVERITIES).describe('As it was accepted: a finding that got worse counts again.'),
  subject: z.string().min(1).describe('For readers: the fingerprint is what counts.'),
  reason: z.string().min(1).describe('Why this is accepted.'),
  owner: z.string().min(1).describe('Who answers for it.'),
  expires: z.iso.date().describe('After this day the finding counts again.'),
});

const unreadableSchema = z.strictObject({
  path: z.string().min(1).describe('File whose content cannot be read as what it looks like.'),
  reason: z.string().min(1),
  owner: z.string().min(1),
  expires: z.iso.date(),
});

const baselineSchema = z.strictObject({
  version: z.literal(1),
  key: z
    .string()
    .regex(HEX_256, 'expected 64 hex digits')
    .describe('Key of the fingerprints. As public as this file: weak values are stretched before it is used.'),
  accepted: z.array(acceptedSchema),
  unreadable: z.array(unreadableSchema).default([]),
});

/** Findings that a team has accepted, each with reason, owner and expiry. Committed beside `lapse.yaml`. */
export type Baseline = z.output<typeof baselineSchema>;
export type AcceptedEntry = Baseline['accepted'][number];

/**
 * @param name - how messages call the file.
 * @throws {AppError} ERR_BASELINE_INVALID with `file:line:column`.
 */
export function parseBaseline(text: string, name: string): Baseline {
  return parseStrictYaml(baselineSchema, { text, name, code: 'ERR_BASELINE_INVALID' });
}

/** Sorted by rule and fingerprint, so that two branches that accept different things merge without conflict. */
export function renderBaseline(baseline: Baseline): string {
  const order = (entry: AcceptedEntry) => `${entry.rule}\n${entry.fingerprint}`;
  const accepted = baseline.accepted.toSorted((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
  const header = '# Findings that are accepted, each with reason, owner and expiry. Written by "lapse baseline".\n';
  return header + stringify({ ...baseline, accepted }, { lineWidth: 0 });
}
