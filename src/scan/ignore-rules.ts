import ignore, { type Ignore } from 'ignore';

/** A line of an ignore file that says something. */
export interface IgnoreLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly pattern: string;
}

/** The rules of one ignore file, and the directory they belong to (relative to the base, without a trailing slash). */
interface Level {
  readonly directory: string;
  readonly rules: Ignore;
  readonly lines: readonly IgnoreLine[];
  /** Numbers of the lines that ignored something so far. */
  readonly used: Set<number>;
}

/**
 * Ignore files of a tree in gitignore's syntax, from the outermost to the innermost: the innermost that says anything
 * of a path decides, as in gitignore(5).
 */
export class IgnoreRules {
  readonly #levels: readonly Level[];

  private constructor(levels: readonly Level[]) {
    this.#levels = levels;
  }

  static readonly none = new IgnoreRules([]);

  /**
   * These rules and, inside of `directory` (relative to the base; empty for the base), those of `text`.
   *
   * @param file - how the file is called where its lines are named.
   */
  with(directory: string, text: string, file = ''): IgnoreRules {
    const patterns = text.replace(/^\ufeff/, '').split(/\r?\n/);
    const rules = ignore().add(patterns.map((pattern, index) => ({ pattern, mark: `${index + 1}` })));
    const lines = patterns.flatMap((pattern, index) =>
      /^\s*(?:[#!]|$)/.test(pattern) ? [] : [{ file, line: index + 1, pattern }],
    );
    return new IgnoreRules([...this.#levels, { directory, rules, lines, used: new Set() }]);
  }

  /**
   * Whether the path is ignored. Directories that contain it are not asked: a walk has asked them already.
   *
   * @param path - relative to the base, with `/`; a directory ends in `/`.
   */
  ignores(path: string): boolean {
    return this.#decide(path) !== undefined;
  }

  /** The line that ignores a path: as `ignores`. */
  whatIgnores(path: string): IgnoreLine | undefined {
    const decided = this.#decide(path);
    return decided?.level.lines.find(({ line }) => line === decided.line);
  }

  /** Lines of the innermost file that have ignored nothing so far. */
  idleLines(): readonly IgnoreLine[] {
    const level = this.#levels.at(-1);
    return level === undefined ? [] : level.lines.filter(({ line }) => !level.used.has(line));
  }

  #decide(path: string): { readonly level: Level; readonly line: number } | undefined {
    for (let index = this.#levels.length - 1; index >= 0; index--) {
      const level = this.#levels[index];
      if (level === undefined) continue;
      const inside = level.directory === '' ? path : path.slice(level.directory.length + 1);
      if (inside === '' || inside === '/') continue;
      const result = level.rules.test(inside);
      if (result.unignored) return undefined;
      if (!result.ignored) continue;
      const line = Number(result.rule?.mark);
      level.used.add(line);
      return { level, line };
    }
    return undefined;
  }
}
