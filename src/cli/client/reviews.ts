import { z } from 'zod';

/** A review of emergency access, as the API tells it. */
export const reviewSchema = z.looseObject({
  id: z.string(),
  request: z.string(),
  target: z.string(),
  operator: z.string(),
  reason: z.string(),
  openedAt: z.string(),
  dueAt: z.string(),
  overdueAt: z.string().optional(),
  closed: z.looseObject({ by: z.string(), verdict: z.string(), note: z.string() }).optional(),
});
