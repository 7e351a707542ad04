import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { libraryFolder } from '../../policy/library.ts';
import { mergeData } from '../../policy/merge-data.ts';
import type { PolicyException } from '../../report/compliance/compliance-report.ts';

const levelsSchema = z.record(z.string(), z.union([z.string(), z.record(z.string(), z.unknown())]));

const dataSchema = z.object({
  levels: levelsSchema.default({}),
  overrides: z.record(z.string(), z.object({ levels: levelsSchema.default({}) })).default({}),
  allowed: z
    .record(
      z.string(),
      z.object({
        rules: z.array(z.string()).default([]),
        subjects: z.array(z.string()).default([]),
        prefix: z.string().default(''),
        reason: z.string().default(''),
        owner: z.string().optional(),
        expires: z.string().optional(),
      }),
    )
    .default({}),
});

/** What policies leave out by data. */
export interface SilencedByData {
  /** Rules that are switched off: altogether, or in some of their cases or for some subjects. */
  readonly off: ReadonlyMap<string, 'all' | 'some'>;
  /** By name. */
  readonly exceptions: readonly PolicyException[];
}

/**
 * Reads levels and exceptions from `rego/data.yaml` with the configuration's data over it.
 *
 * @param day - ISO 8601 date: an exception that ended before it leaves nothing out.
 */
export async function silencedByData({ data }: Config['policy'], day: string): Promise<SilencedByData> {
  const library = await libraryFolder();
  const { levels, overrides, allowed } = dataSchema.parse(mergeData(library.data, { lapse: data }).lapse ?? {});
  const off = new Map<string, 'all' | 'some'>();
  for (const override of Object.values(overrides))
    for (const [rule, level] of Object.entries(override.levels))
      if (switched(level) !== undefined) off.set(rule, 'some');
  for (const [rule, level] of Object.entries(levels)) {
    const how = switched(level);
    if (how !== undefined) off.set(rule, how);
  }
  const exceptions = Object.entries(allowed)
    .filter(([, { expires }]) => expires === undefined || expires >= day)
    .map(([name, { prefix, subjects, rules, reason, owner, expires }]) => ({
      name,
      rules,
      subjects: subjects.map((subject) => `${prefix}${subject}`),
      reason,
      ...(owner === undefined ? {} : { owner }),
      ...(expires === undefined ? {} : { expires }),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { off, exceptions };
}

function switched(level: z.output<typeof levelsSchema>[string]): 'all' | 'some' | undefined {
  if (typeof level === 'string') return level === 'off' ? 'all' : undefined;
  const cases = Object.values(level);
  if (!cases.includes('off')) return undefined;
  // Without a default, what is no case of its own has the level of METADATA.
  return level.default === 'off' && cases.every((one) => one === 'off') ? 'all' : 'some';
}
