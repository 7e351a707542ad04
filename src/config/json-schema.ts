import { z } from 'zod';
import type { Json, JsonObject } from '../model/json.ts';
import { configSchema } from './config-schema.ts';

/** JSON Schema (2020-12) of `lapse.yaml` as it is written, for editors; committed as `docs/config.schema.json`. */
export function configJsonSchema(): JsonObject {
  return { title: 'lapse.yaml', ...(z.toJSONSchema(configSchema, { io: 'input' }) as JsonObject) };
}

/** The keys that a mapping at `path` of a document may have; those of all forms where there are several. */
export function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const root = z.toJSONSchema(schema, { io: 'input' }) as JsonObject;
  let schemas = forms(root, root);
  for (const part of path)
    schemas = schemas.flatMap((schema) => {
      const next =
        typeof part === 'number'
          ? schema.items
          : (asObject(schema.properties)[String(part)] ?? schema.additionalProperties);
      return forms(next, root);
    });
  return [...new Set(schemas.flatMap((schema) => Object.keys(asObject(schema.properties))))];
}

/** A schema as the list of its alternatives, references followed. */
function forms(schema: Json | undefined, root: JsonObject): readonly JsonObject[] {
  const { $ref, anyOf, oneOf, ...own } = asObject(schema);
  if (typeof $ref === 'string') {
    let target: Json | undefined = root;
    for (const part of $ref.split('/').slice(1)) target = asObject(target)[part];
    return forms(target, root);
  }
  const alternatives = anyOf ?? oneOf;
  return Array.isArray(alternatives) ? alternatives.flatMap((member: Json) => forms(member, root)) : [own];
}

function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
