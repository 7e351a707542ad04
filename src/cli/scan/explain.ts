import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { scannersWith } from '../../../scanners/index.ts';
import { AppError } from '../../errors.ts';
import { readSecretSettings } from '../../gate/secret-settings.ts';
import { formatLocation } from '../../model/location.ts';
import { escapeControl, safeJson } from '../../report/escape.ts';
import { archiveLimits } from '../../scan/archives/archive-limits.ts';
import { explainFile, type FileExplanation, type NotRead } from '../../scan/explain-file.ts';
import { openRepository } from '../../scan/git/open-repository.ts';
import { type ConsideredInFile, TRACE_REASONS } from '../../scan/secrets/trace.ts';
import type { GlobalOptions } from '../command.ts';
import { configFor } from '../config-for.ts';
import type { CliContext } from '../context.ts';
import { writeOutput } from '../output.ts';

interface ExplainCommandOptions extends GlobalOptions {
  readonly format: string;
  readonly output?: string;
}

/** A place that somebody asks about: a file, perhaps a line of it, perhaps a column. */
interface AskedPlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * `lapse scan --explain FILE[:LINE[:COLUMN]]`: what was considered there, and why it is reported or not. Touches no inventory, and
 * prints no value.
 */
export async function explain(asked: string, options: ExplainCommandOptions, cli: CliContext): Promise<number> {
  if (options.format !== 'terminal' && options.format !== 'json') {
    throw new AppError('ERR_USAGE', `--explain has no format ${JSON.stringify(options.format)}`, {
      hint: 'terminal or json',
    });
  }
  const place = parsePlace(asked, cli.cwd);
  const config = await configFor(cli, options);
  const { secrets: scanner } = await scannersWith(readSecretSettings(config));
  const file = resolve(cli.cwd, place.file);
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) {
    throw new AppError('ERR_SCAN_PATH_NOT_FOUND', `${place.file}: no such file or directory`);
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new AppError('ERR_USAGE', `${place.file}: is a folder`, { hint: 'name a file: FILE[:LINE[:COLUMN]]' });
  }
  // A link is explained as the link that it is, not as what it leads to.
  const real = join(realpathSync(dirname(file)), basename(file));
  const [outside = ''] = real.split(`${sep}.git${sep}`);
  const repository = openRepository(outside === real ? dirname(real) : outside);
  try {
    const base = realpathSync(repository?.toplevel ?? baseOf(real, cli.cwd));
    const archives = archiveLimits(config.scan);
    const explanation = await explainFile({
      base,
      path: relative(base, real).split(sep).join('/'),
      exclude: config.scan.exclude,
      maxFileSize: config.scan.max_file_size,
      scanner,
      now: cli.now(),
      ...(archives === undefined ? {} : { archives }),
      ...(repository === undefined ? {} : { repository }),
    });
    const here = explanation.considered.filter((one) => covers(one, place));
    const text =
      options.format === 'json' ? `${safeJson(toJson(explanation, here))}\n` : describe(explanation, here, place);
    writeOutput(cli, [text], options.output);
    return 0;
  } finally {
    repository?.close();
  }
}

function parsePlace(asked: string, cwd: string): AskedPlace {
  if (existsSync(resolve(cwd, asked))) return { file: asked };
  const [, file, line, column] = /^(.+?):(\d+)(?::(\d+))?$/.exec(asked) ?? [];
  if (file === undefined || line === undefined) return { file: asked };
  return { file, line: Number(line), ...(column === undefined ? {} : { column: Number(column) }) };
}

/** Without a repository: the current folder when the file is in it, else the file's own. */
function baseOf(file: string, cwd: string): string {
  const inside = relative(realpathSync(cwd), file);
  return inside.startsWith('..') ? dirname(file) : cwd;
}

function covers({ line, column, endColumn, idLine }: ConsideredInFile, place: AskedPlace): boolean {
  if (idLine !== undefined && idLine === place.line) return place.column === undefined;
  if (place.line !== undefined && line !== place.line) return false;
  return place.column === undefined || (column <= place.column && place.column <= endColumn);
}

const NOT_READ: Readonly<Record<NotRead['why'], string>> = {
  ignored: 'left out',
  'git-internal': "part of git's own folder, which is never read",
  link: 'a link: what it leads to is read in its own place, if it is inside',
  'not-a-file': 'a pipe, a socket or a device, which is never read',
  empty: 'empty',
  'not-listed': 'not below what a scan from here looks at',
};

function describe(explanation: FileExplanation, here: readonly ConsideredInFile[], place: AskedPlace): string {
  const { path, size, formats, notRead, problems, notices } = explanation;
  const read = formats.length === 0 ? 'not read' : `read as ${formats.join(', ')}`;
  const lines = [`${escapeControl(path)}: ${read}, ${size} bytes`];
  if (notRead !== undefined) lines.push(`  in a scan of everything: ${describeNotRead(notRead)}`);
  if (formats.includes('binary')) lines.push(`  ${TRACE_REASONS['not-text']}`);
  for (const { message } of problems) lines.push(`  problem: ${escapeControl(message)}`);
  for (const { message, location } of notices) {
    lines.push(`  notice: ${escapeControl(`${formatLocation(location)}: ${message}`)}`);
  }
  // A keyword without anything behind it is of interest only to whoever asks for its line.
  const shown = here.filter(({ reason }) => place.line !== undefined || !QUIET.has(reason));
  if (shown.length === 0) lines.push('  nothing here looks like a secret to any rule');
  for (const one of shown) lines.push(`  ${describePlace(one, path)}`, `      ${TRACE_REASONS[one.reason]}`);
  const hidden = here.length - shown.length;
  if (hidden > 0) lines.push(`  and ${hidden} keywords with nothing of a rule's shape near: name a line to see them`);
  return `${lines.join('\n')}\n`;
}

const QUIET: ReadonlySet<ConsideredInFile['reason']> = new Set([
  'no-match',
  'no-assignment',
  'no-value',
  'other-name',
  'name-in-word',
  'not-in-these-files',
]);

function describeNotRead(notRead: NotRead): string {
  if (notRead.why !== 'ignored') return NOT_READ[notRead.why];
  const { file, line, pattern } = notRead.by;
  return escapeControl(`${NOT_READ.ignored} by ${file}:${line} ${JSON.stringify(pattern)}`);
}

function describePlace(
  { path, line, column, endColumn, idLine, rule, reason, by, encoding }: ConsideredInFile,
  file: string,
): string {
  const member = path === file ? '' : `${path}:`;
  const how = encoding === undefined ? '' : ` (${encoding})`;
  const id = idLine === undefined ? '' : ` (its id: ${idLine})`;
  const which = by === undefined ? '' : ` ${by}`;
  return escapeControl(`${member}${line}:${column}-${endColumn}${how}${id}  ${rule}  ${reason}${which}`);
}

function toJson(explanation: FileExplanation, here: readonly ConsideredInFile[]): object {
  const { path, size, formats, notRead, problems, notices } = explanation;
  return {
    schema: 'lapse.explain/1',
    path,
    size,
    read_as: formats,
    left_out: notRead === undefined ? null : { ...notRead, says: NOT_READ[notRead.why] },
    considered: here.map(({ path: file, line, column, endColumn, idLine, rule, reason, by, encoding }) => ({
      path: file,
      line,
      column,
      end_column: endColumn,
      ...(idLine === undefined ? {} : { id_line: idLine }),
      rule,
      reason,
      says: TRACE_REASONS[reason],
      reported: reason === 'kept',
      ...(by === undefined ? {} : { by }),
      ...(encoding === undefined ? {} : { encoding }),
    })),
    problems: problems.map(({ message, location }) => ({ message, location })),
    notices: notices.map(({ message, location }) => ({ message, location })),
  };
}
