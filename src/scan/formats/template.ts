import { AppError } from '../../errors.ts';
import type { Place } from './node.ts';

const DIRECTIVE_LINE = /^\s*(?:-\s+)?\{[{%]/;
const DIRECTIVE_VALUE = /^[^'"#]*?(?::|-)\s+\{[{%]/;

/**
 * Whether a text is a template (Helm, Jinja), which becomes YAML only when it is rendered: a directive stands where YAML
 * expects a line or a value.
 *
 * @param broken the place where reading it as YAML failed; then only a directive there, or on the line before, counts.
 * Text that a client would accept as YAML must not pass for a template: its objects would go unseen.
 */
export function isTemplate(text: string, broken?: Place): boolean {
  const lines = text.split('\n');
  const looked = broken === undefined ? lines : lines.slice(Math.max(0, broken.line - 2), broken.line);
  return looked.some((line) => DIRECTIVE_LINE.test(line) || DIRECTIVE_VALUE.test(line));
}

/**
 * Whether a text could not be read because it is a template.
 *
 * @param line of the file that the text begins on.
 */
export function brokenByTemplate(error: unknown, text: string, line: number): boolean {
  const location = error instanceof AppError ? error.details?.location : undefined;
  if (typeof location !== 'object' || location === null || !('line' in location)) return false;
  return isTemplate(text, { line: Number(location.line) - line + 1, column: 1 });
}

/** Whether a name still has to be rendered. */
export function isUnrendered(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}
