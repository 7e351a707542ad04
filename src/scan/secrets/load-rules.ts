import { LineCounter, parseDocument } from 'yaml';
import { AppError } from '../../errors.ts';
import { compileRule, RuleError } from './compile-rule.ts';
import type { Rule } from './rule.ts';
import { type RuleFile, ruleFile } from './rule-file.ts';

/** A rule file: its path as it is named in errors, and its text. */
export interface RuleFileText {
  readonly path: string;
  readonly text: string;
}

/**
 * Reads and checks rule files.
 *
 * @param taken - ids that rules have already, and where these stand.
 * @throws AppError ERR_CONFIG_INVALID with file:line:column for the first thing that is wrong.
 */
export function loadRules(
  files: readonly RuleFileText[],
  taken: ReadonlyMap<string, string> = new Map(),
): readonly Rule[] {
  const rules: Rule[] = [];
  const seen = new Map(taken);
  for (const file of files) {
    const parsed = new ParsedFile(file);
    const content = parsed.content();
    for (const [index, entry] of content.rules.entries()) {
      const id = `${content.vendor}/${entry.id}`;
      const other = seen.get(id);
      if (other !== undefined) throw parsed.error(['rules', index, 'id'], `rule ${id} stands in ${other} already`);
      seen.set(id, file.path);
      try {
        rules.push(compileRule(content, entry, rules.length));
      } catch (error) {
        if (error instanceof RuleError) throw parsed.error(['rules', index, ...error.field.split('.')], error.message);
        throw error;
      }
    }
  }
  return rules;
}

class ParsedFile {
  readonly #path: string;
  readonly #lines = new LineCounter();
  readonly #document: ReturnType<typeof parseDocument>;

  constructor(file: RuleFileText) {
    this.#path = file.path;
    this.#document = parseDocument(file.text, { lineCounter: this.#lines, strict: true });
  }

  content(): RuleFile {
    const [failure] = this.#document.errors;
    if (failure !== undefined) throw this.#errorAt(failure.pos[0], failure.message.split('\n')[0] ?? 'not YAML');
    const result = ruleFile.safeParse(this.#document.toJS());
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw this.error(issue?.path ?? [], issue?.message ?? 'not a rule file');
  }

  /** An error at what stands at a path of the document, or at the nearest thing above it. */
  error(path: readonly PropertyKey[], message: string): AppError {
    for (let length = path.length; length >= 0; length--) {
      const node = this.#document.getIn(path.slice(0, length), true);
      const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
      if (Array.isArray(range)) return this.#errorAt(Number(range[0]), `${path.join('.') || 'file'}: ${message}`);
    }
    return this.#errorAt(0, message);
  }

  #errorAt(offset: number, message: string): AppError {
    const { line, col } = this.#lines.linePos(offset);
    return new AppError('ERR_CONFIG_INVALID', `${this.#path}:${line}:${col}: ${message}`, {
      hint: 'scanners/secrets/README.md describes rule files',
      details: { location: { path: this.#path, line, column: col } },
    });
  }
}
