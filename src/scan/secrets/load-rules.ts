import { LineCounter, parseDocument } from 'yaml';
import { type AppError, type FileFault, invalidFile } from '../../errors.ts';
import { compileRule, RuleError } from './compile-rule.ts';
import type { Rule } from './rule.ts';
import { type RuleFile, ruleFile, tellIssues } from './rule-file.ts';

/** A rule file: its path as it is named in errors, and its text. */
export interface RuleFileText {
  readonly path: string;
  readonly text: string;
}

/**
 * Reads and checks rule files.
 *
 * @param taken - ids that rules have already, and where these stand.
 * @throws AppError ERR_CONFIG_INVALID with file:line:column for everything that is wrong in the first file that has a fault.
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
      if (other !== undefined) parsed.fault(['rules', index, 'id'], `rule ${id} stands in ${other} already`);
      seen.set(id, file.path);
      try {
        rules.push(compileRule(content, entry, rules.length));
      } catch (error) {
        if (!(error instanceof RuleError)) throw error;
        parsed.fault(['rules', index, ...error.field.split('.')], error.message);
      }
    }
    parsed.throwFaults();
  }
  return rules;
}

class ParsedFile {
  readonly #path: string;
  readonly #lines = new LineCounter();
  readonly #document: ReturnType<typeof parseDocument>;
  readonly #faults: FileFault[] = [];

  constructor(file: RuleFileText) {
    this.#path = file.path;
    this.#document = parseDocument(file.text, { lineCounter: this.#lines, strict: true });
  }

  content(): RuleFile {
    for (const { pos, message } of this.#document.errors) this.#faultAt(pos[0], message.split('\n')[0] ?? 'not YAML');
    this.throwFaults();
    const result = ruleFile.safeParse(this.#plain());
    if (result.success) return result.data;
    for (const { path, message } of tellIssues(result.error.issues, ruleFile)) {
      const there = path.length === 0 || this.#document.hasIn(path);
      this.fault(path, there ? message : `missing: ${message}`);
    }
    throw this.#error();
  }

  /** What is wrong at a path of the document, or at the nearest thing above it. */
  fault(path: readonly PropertyKey[], message: string): void {
    this.#faultAt(this.#offsetOf(path), `${path.join('.') || 'file'}: ${message}`);
  }

  throwFaults(): void {
    if (this.#faults.length > 0) throw this.#error();
  }

  #offsetOf(path: readonly PropertyKey[]): number {
    for (let length = path.length; length >= 0; length--) {
      const node = this.#document.getIn(path.slice(0, length), true);
      const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
      if (Array.isArray(range)) return Number(range[0]);
    }
    return 0;
  }

  #plain(): unknown {
    try {
      return this.#document.toJS();
    } catch {
      this.#faultAt(0, 'an alias without anchor, or more aliases than rules need');
      throw this.#error();
    }
  }

  #faultAt(offset: number, message: string): void {
    const { line, col } = this.#lines.linePos(offset);
    this.#faults.push({ line, column: col, message });
  }

  #error(): AppError {
    return invalidFile(
      'ERR_CONFIG_INVALID',
      this.#path,
      this.#faults,
      'scanners/secrets/README.md describes rule files',
    );
  }
}
