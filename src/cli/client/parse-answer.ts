import type { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { IssuerClient } from './issuer-client.ts';

/** @throws {AppError} ERR_DAEMON_ANSWER when a daemon answers with something else than its API says. */
export function parseAnswer<T>(schema: z.ZodType<T>, answer: unknown, client: IssuerClient): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new AppError('ERR_DAEMON_ANSWER', `${client.url}: the answer is not that of an issuer`, {
    hint: 'are client and daemon of the same version?',
  });
}
