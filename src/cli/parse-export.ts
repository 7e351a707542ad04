import { scanners } from '../../scanners/index.ts';
import type { ExportFile } from '../scan/files-from-exports.ts';

/**
 * `aws=FILE` names the scanner that must be able to read it; a bare file is recognised by content. An answer that does not name
 * what was asked about is given with it: `aws-access-advisor=ARN:FILE`.
 *
 * @example parseExport('aws-access-advisor=arn:aws:iam::123456789012:role/ci:advisor.json')
 * // { scanner: 'aws', about: 'arn:aws:iam::123456789012:role/ci', path: 'advisor.json' }
 */
export function parseExport(value: string): ExportFile {
  const at = value.indexOf('=');
  const name = value.slice(0, Math.max(at, 0));
  const scanner = scanners.find(({ id }) => name === id || name.startsWith(`${id}-`))?.id;
  if (scanner === undefined) return { path: value };
  const rest = value.slice(at + 1);
  const [, about, path] = ABOUT.exec(rest) ?? [];
  return about === undefined || path === undefined ? { scanner, path: rest } : { scanner, about, path };
}

/** An ARN whose last part has no colon, and a path. */
const ABOUT = /^(arn:[^:]*:[^:]*:[^:]*:[^:]*:[^:]+):(.+)$/s;
