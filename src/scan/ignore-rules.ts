import ignore, { type Ignore } from 'ignore';

/** The rules of one ignore file, and the directory they belong to (relative to the base, without a trailing slash). */
interface Level {
  readonly directory: string;
  readonly rules: Ignore;
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

  /** These rules and, inside of `directory` (relative to the base; empty for the base), those of `text`. */
  with(directory: string, text: string): IgnoreRules {
    return new IgnoreRules([...this.#levels, { directory, rules: ignore().add(text) }]);
  }

  /**
   * Whether the path is ignored. Directories that contain it are not asked: a walk has asked them already.
   *
   * @param path - relative to the base, with `/`; a directory ends in `/`.
   */
  ignores(path: string): boolean {
    for (let index = this.#levels.length - 1; index >= 0; index--) {
      const level = this.#levels[index];
      if (level === undefined) continue;
      const inside = level.directory === '' ? path : path.slice(level.directory.length + 1);
      if (inside === '' || inside === '/') continue;
      const result = level.rules.test(inside);
      if (result.ignored || result.unignored) return result.ignored;
    }
    return false;
  }
}
