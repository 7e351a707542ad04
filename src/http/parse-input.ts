import { z } from 'zod';
import { AppError } from '../errors.ts';

/** Parses a body, query or path of the JSON API. @throws {AppError} ERR_HTTP_MALFORMED naming the member, never its value. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.map(String).join('.').slice(0, 100) || 'the request';
  throw new AppError(
    'ERR_HTTP_MALFORMED',
    `${place}: ${issue?.code === 'unrecognized_keys' ? 'unknown member' : 'not valid'}`,
  );
}

/** Ids that we make ourselves: `req_…`, `lse_…`, `bnd_…`. */
export const idParams = z.object({ id: z.string().regex(/^[a-z]{3}_[A-Za-z0-9_-]{1,64}$/) });
