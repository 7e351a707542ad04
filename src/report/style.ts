import type { Severity } from '../model/finding.ts';

/** Terminal styles; each is the identity when colour is off. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  severity(severity: Severity, text: string): string;
}

const SEVERITY_CODES: Readonly<Record<Severity, number>> = { critical: 35, high: 31, medium: 33, low: 36, info: 34 };

export function makeStyle(color: boolean): Style {
  const wrap = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    bold: (text) => wrap(1, text),
    dim: (text) => wrap(2, text),
    severity: (severity, text) => wrap(SEVERITY_CODES[severity], text),
  };
}
