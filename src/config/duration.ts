import { z } from 'zod';
import { parseDuration } from '../model/duration.ts';

/** A duration such as `15m` or `1h30m`; comes out as milliseconds. A bare number is refused: its unit would be a guess. */
export const durationSchema = z.string().transform((text, context) => {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  context.addIssue({ code: 'custom', message: 'expected a duration such as 15m, 1h30m or 90d' });
  return z.NEVER;
});
