import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = { '': 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** A size such as `512KB` or `10MB` (powers of 1024) or a bare number of bytes; comes out as bytes. */
export const sizeSchema = z.union([z.string(), z.number()]).transform((input, context) => {
  const match = /^(\d{1,12})\s?(KB|MB|GB|)$/.exec(String(input));
  const bytes = Number(match?.[1]) * (UNITS[match?.[2] ?? ''] ?? Number.NaN);
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  context.addIssue({ code: 'custom', message: 'expected a size such as 512KB, 10MB or 1GB' });
  return z.NEVER;
});
