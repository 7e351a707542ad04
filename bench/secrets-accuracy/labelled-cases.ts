import { readFileSync } from 'node:fs';
import { z } from 'zod';

const labelledCase = z.object({
  id: z.string(),
  /** The tool whose tests hold the text. */
  source: z.string(),
  /** Whose credential it is, in that tool's words. */
  provider: z.string(),
  /** That tool's rule. */
  rule: z.string(),
  /** Whether anything should be reported in the text. */
  expect: z.boolean(),
  text: z.string(),
});

export type LabelledCase = z.infer<typeof labelledCase>;

/** Reads a JSONL file, one labelled text per line. */
export function readCases(path: string): readonly LabelledCase[] {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => labelledCase.parse(JSON.parse(line)));
}
