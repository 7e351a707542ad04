import type { Place } from '../../src/scan/formats/node.ts';

/** One assignment of a unit. */
export interface Directive {
  readonly section: string;
  readonly name: string;
  readonly value: string;
  readonly place: Place;
}

/** Reads a unit file (systemd.syntax(7)): lines that end in a backslash go on, an empty value takes back what was before. */
export function directivesOf(text: string): readonly Directive[] {
  const found: Directive[] = [];
  let section = '';
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const place = { line: at + 1, column: line.search(/\S/) + 1 };
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    const header = /^\s*\[([^\]]+)\]\s*$/.exec(line)?.[1];
    if (header !== undefined) {
      section = header;
      continue;
    }
    const parts = [line];
    while (parts.at(-1)?.endsWith('\\') && at + 1 < lines.length) {
      at++;
      const next = lines[at] ?? '';
      // Comments may stand between.
      if (/^\s*[#;]/.test(next)) continue;
      parts[parts.length - 1] = parts.at(-1)?.slice(0, -1) ?? '';
      parts.push(next);
    }
    const whole = parts.join(' ');
    const equals = whole.indexOf('=');
    if (equals < 0) continue;
    const name = whole.slice(0, equals).trim();
    const value = whole.slice(equals + 1).trim();
    found.push({ section, name, value, place });
  }
  return found;
}

/** The values of a directive that are in force. */
export function valuesOf(directives: readonly Directive[], name: string, section = 'Service'): readonly Directive[] {
  let found: Directive[] = [];
  for (const directive of directives) {
    if (directive.section !== section || directive.name !== name) continue;
    found = directive.value === '' ? [] : [...found, directive];
  }
  return found;
}

/** Words with quotes and escapes, as in `Environment="A=b c" D=e`. */
export function wordsOf(value: string): readonly string[] {
  return [...value.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}
