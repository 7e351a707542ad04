import type { HclBlock, HclBody } from '../../src/scan/formats/hcl/syntax.ts';

/**
 * What files called `override.tf` or `*_override.tf` change: an attribute takes the place of one of its name, blocks inside take the
 * place of all of their type. A block that changes nothing is one of its own.
 *
 * Source: Terraform language documentation, "Override Files".
 */
export function mergeOverrides(blocks: readonly HclBlock[], overrides: readonly HclBlock[]): readonly HclBlock[] {
  const all = [...blocks];
  for (const override of overrides) {
    const at = all.findIndex((block) => override.type !== 'locals' && nameOf(block) === nameOf(override));
    const block = all[at];
    if (block === undefined) all.push(override);
    else all[at] = { ...block, body: merged(block.body, override.body) };
  }
  return all;
}

function nameOf({ type, labels }: HclBlock): string {
  return JSON.stringify([type, ...labels.map(({ text }) => text)]);
}

function merged(body: HclBody, override: HclBody): HclBody {
  const names = new Set(override.attributes.map(({ name }) => name));
  const types = new Set(override.blocks.map(({ type }) => type));
  return {
    attributes: [...body.attributes.filter(({ name }) => !names.has(name)), ...override.attributes],
    blocks: [...body.blocks.filter(({ type }) => !types.has(type)), ...override.blocks],
  };
}
