import { z } from 'zod';

const pathSchema = z.array(z.string());

/** One METADATA block, as OPA reads it. */
const annotationSchema = z.object({
  line: z.number().int(),
  /** Below `data`: the package or rule it is attached to. */
  path: pathSchema,
  annotations: z.object({
    scope: z.string(),
    title: z.string().optional(),
    description: z.string().optional(),
    entrypoint: z.boolean().optional(),
    related_resources: z.array(z.object({ ref: z.string(), description: z.string().optional() })).optional(),
    custom: z.record(z.string(), z.json()).optional(),
  }),
});

export const moduleDescriptionSchema = z.object({
  file: z.string(),
  /** Below `data`. */
  package: pathSchema,
  /** Of the package clause. */
  line: z.number().int(),
  column: z.number().int(),
  rules: z.array(pathSchema),
  /** Builtins it calls that OPA's WASM runtime lacks. */
  hostBuiltins: z.array(z.string()),
  annotations: z.array(annotationSchema),
});

/** What a module declares and calls. */
export type ModuleDescription = z.infer<typeof moduleDescriptionSchema>;
