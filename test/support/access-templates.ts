import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { assetPath } from '../../src/assets.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { mergeData } from '../../src/policy/merge-data.ts';
import type { PolicyFolder } from '../../src/policy/policy-sources.ts';

const examplesSchema = z.strictObject({
  tickets: z.record(z.string(), z.json()).default({}),
  request: z.strictObject({
    now: z.string(),
    request: z.strictObject({
      requester: z.record(z.string(), z.json()),
      detail: z.record(z.string(), z.json()),
      source_ip: z.string(),
    }),
    target: z.record(z.string(), z.json()),
    risk: z.record(z.string(), z.json()).nullable(),
    history: z.record(z.string(), z.json()),
  }),
  cases: z
    .array(
      z.strictObject({
        when: z.string(),
        change: z.record(z.string(), z.json()).default({}),
        /** Path of a member of the request that is not there. */
        remove: z.array(z.string()).exactOptional(),
        effect: z.enum(['allow', 'escalate', 'deny']),
        reasons: z.array(z.string()),
        ttl: z.number().exactOptional(),
        asked: z.string().exactOptional(),
      }),
    )
    .min(5),
});

export interface AccessTemplate {
  readonly id: string;
  readonly data: JsonObject;
  readonly schema: JsonObject;
  readonly examples: z.output<typeof examplesSchema>;
}

/** Groups that the examples ask, two people in each. */
export const EXAMPLE_GROUPS = Object.fromEntries(
  ['release-managers', 'data-platform', 'dba', 'service-owners', 'billing-owners', 'support-leads', 'swap-board'].map(
    (group) => [group, [`${group}-1`, `${group}-2`]],
  ),
);

/** The templates of access policies, with their settings as shipped. */
export function accessTemplates(): readonly AccessTemplate[] {
  const entries = readdirSync(assetPath('rego', 'templates'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name: id }) => ({
      id,
      data: z.record(z.string(), z.json()).parse(parse(read(id, 'data.yaml'))),
      schema: z.record(z.string(), z.json()).parse(JSON.parse(read(id, 'data.schema.json'))),
      examples: examplesSchema.parse(parse(read(id, 'examples.yaml'))),
    }));
}

/** All templates as a team has them once they are copied, beside the tickets of the examples. */
export function copiedTemplates(templates: readonly AccessTemplate[]): PolicyFolder {
  const modules = templates.map(({ id }) => [`policies/custom/access/${id}/${id}.rego`, read(id, `${id}.rego`)]);
  const access = Object.fromEntries(templates.map(({ id, data }) => [id, data]));
  const tickets = templates.map(({ examples }) => examples.tickets).reduce<JsonObject>(mergeData, {});
  return { modules: Object.fromEntries(modules), data: { custom: { access, tickets } } };
}

function read(id: string, file: string): string {
  return readFileSync(assetPath('rego', 'templates', id, file), 'utf8');
}
