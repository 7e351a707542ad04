import type { Location } from '../../src/model/location.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import type { Problem } from './fact-set.ts';

/** Tells the problems of a file, each once: what stays as it is is read as what is and as what will be. */
export function problemsOf(file: SourceFile, context: ScanContext): Problem {
  const told = new Set<string>();
  return (message, { line, column }) => {
    const location: Location = { path: file.path, line, column };
    const key = `${line}:${column} ${message}`;
    if (told.has(key)) return;
    told.add(key);
    context.problem({ message, location });
  };
}
