import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { assetPath } from '../../src/assets.ts';
import { SEVERITIES } from '../../src/model/finding.ts';

/** Folders of rego/ that hold one folder for each rule, and the package that their rules are in. */
export const FAMILIES = { findings: 'rules', alerts: 'alert_rules', drift: 'drift_rules' } as const;

const sentence = z.string().regex(/\S.*\S/);
const reference = z.strictObject({ ref: z.url({ protocol: /^https$/ }), description: sentence });

/** What every rule's METADATA must say, and nothing that is not known here. */
const metadataSchema = z.strictObject({
  title: sentence,
  description: sentence,
  related_resources: z.array(reference).min(1),
  custom: z.strictObject({
    id: z.string(),
    nhi: z.string().regex(/^NHI(?:[1-9]|10)$/),
    severity: z.enum(SEVERITIES),
    confidence: z.enum(['certain', 'evidence', 'heuristic']),
    platforms: z.array(z.string()).optional(),
    needs: z.array(z.string()).min(1),
    depends_on: z.array(z.string()),
    controls: z.record(z.string(), z.array(z.string()).min(1)).optional(),
    message: sentence,
    remediation: z.strictObject({ summary: sentence, steps: z.array(sentence).min(2) }),
    since: z.string().regex(/^\d+\.\d+\.\d+$/),
    aliases: z.array(z.string()).optional(),
  }),
});

export interface RuleOnDisk {
  readonly family: keyof typeof FAMILIES;
  readonly id: string;
  readonly files: readonly string[];
  readonly source: string;
  /** Everything above the package, read as YAML; not yet checked. */
  readonly block: unknown;
}

export type RuleBlock = z.infer<typeof metadataSchema>;

/** Every folder below rego/findings, rego/alerts and rego/drift. */
export function readRules(): readonly RuleOnDisk[] {
  return Object.keys(FAMILIES).flatMap((name) => {
    const family = name as keyof typeof FAMILIES;
    const folder = assetPath('rego', family);
    const ids = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return ids.map(({ name: id }) => {
      const source = readFileSync(join(folder, id, `${id}.rego`), 'utf8');
      return { family, id, files: readdirSync(join(folder, id)).sort(), source, block: blockOf(source) };
    });
  });
}

export function parseBlock(block: unknown): RuleBlock {
  return metadataSchema.parse(block);
}

function blockOf(source: string): unknown {
  const [head = ''] = source.split(/^package /m);
  const lines = head.split('\n');
  const start = lines.indexOf('# METADATA');
  return parse(
    lines
      .slice(start + 1)
      .map((line) => line.replace(/^# ?/, ''))
      .join('\n'),
  );
}
