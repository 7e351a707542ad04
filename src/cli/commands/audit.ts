import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { AppError } from '../../errors.ts';
import { archiveAudit } from '../../issuer/audit/archive-audit.ts';
import {
  checkpointsIn,
  exportedAudit,
  exportedEvents,
  storedAudit,
  storedEvents,
} from '../../issuer/audit/audit-source.ts';
import { rotatedFiles } from '../../issuer/audit/file-sink.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../issuer/audit/formats/index.ts';
import { type AuditVerdict, verifyAudit } from '../../issuer/audit/verify-audit.ts';
import { type IssuerKeys, openIssuerKeys } from '../../issuer/keys.ts';
import type { AuditEvent } from '../../model/audit-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Checkpoint } from '../../store/issuer/audit-table.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';
import { stateDir } from '../../store/state-dir.ts';
import { addFilterOptions, type FilterOptions, filterOf } from '../client/audit-filter-options.ts';
import { operatorClient } from '../client/operator-client.ts';
import { addFormatOption, addServerOption } from '../client/options.ts';
import { parseAnswer } from '../client/parse-answer.ts';
import type { ServerOptions } from '../client/server-url.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { configFor } from '../config-for.ts';
import { type CliContext, EXIT } from '../context.ts';
import { auditReaders } from '../daemon/audit-readers.ts';
import { archiveFolder, sinkPath } from '../daemon/open-sinks.ts';
import { findIssuerState, issuerKeyPlace, openSealer } from '../issuer-state.ts';

interface VerifyOptions extends GlobalOptions {
  readonly segments?: string;
  readonly keys?: string;
  readonly format: string;
}

interface ArchiveOptions extends GlobalOptions {
  readonly before?: string;
}

interface TailOptions extends ServerOptions {
  readonly lines: string;
  readonly follow?: boolean;
}

interface ExportOptions extends GlobalOptions, FilterOptions {
  readonly as: ExportFormat;
  readonly output?: string;
}

const keySetSchema = z.object({ keys: z.array(z.record(z.string(), z.json())) });
const eventsSchema = z.object({ events: z.array(z.looseObject({ seq: z.number() })) });
const FOLLOW_INTERVAL = 1_000;

type AuditKeys = ReturnType<IssuerKeys['auditJwks']>;

/** `lapse audit`: whether the log is whole, a copy of it, and its end. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addFormatOption(command.command('verify'))
      .description('recompute the chain of the store, or of an exported file; exit code 1 when it was tampered with')
      .argument('[file]', 'an export, or the copy of an audit sink')
      .option('--keys <file>', 'public audit keys ("lapse audit keys"), to verify a file on another machine')
      .option('--segments <folder>', 'where archived segments are, beside the folder of the configuration')
      .action(async (file: string | undefined, _options: unknown, verify: Command) => {
        const options = verify.optsWithGlobals<VerifyOptions>();
        const verdict = file === undefined ? await verifyStore(options, cli) : await verifyFile(file, options, cli);
        print(verdict, { ...options, ...(file === undefined ? {} : { file }) }, cli);
        exit(verdict.ok ? EXIT.clean : EXIT.findings);
      });
    addFilterOptions(command.command('export'))
      .description('write the chains: whole, or what fits; only whole ones in jsonl can be verified')
      .argument('[file]', 'from an export or the copy of an audit sink, instead of the store')
      .addOption(
        new Option('--as <format>', 'JSON Lines, Common Event Format, or OCSF 1.6')
          .choices(Object.keys(EXPORT_FORMATS))
          .default('jsonl'),
      )
      .option('-o, --output <file>', 'to a file instead of stdout')
      .action(async (file: string | undefined, _options: unknown, exporting: Command) => {
        await exportTo(file, exporting.optsWithGlobals<ExportOptions>(), cli);
        exit(EXIT.clean);
      });
    addFilterOptions(addServerOption(command.command('query')))
      .description('print the newest events of the daemon that fit')
      .option('-n, --lines <count>', 'how many', '100')
      .action(async (_options: unknown, querying: Command) => {
        await query(querying.optsWithGlobals<TailOptions & FilterOptions>(), cli);
        exit(EXIT.clean);
      });
    command
      .command('archive')
      .description('move old events from the store into signed files')
      .option('--before <date>', 'what happened before; default: older than issuer.audit.retention')
      .action(async (_options: unknown, archiving: Command) => {
        await archive(archiving.optsWithGlobals<ArchiveOptions>(), cli);
        exit(EXIT.clean);
      });
    command
      .command('keys')
      .description('print the public keys that checkpoints are signed with')
      .action(async (_options: unknown, keys: Command) => {
        await withStore(keys.optsWithGlobals<GlobalOptions>(), cli, async (store, config) => {
          cli.stdout.write(`${JSON.stringify(await ownKeys(config, store, cli), null, 2)}\n`);
        });
        exit(EXIT.clean);
      });
    addServerOption(command.command('tail'))
      .description('print the newest events of the daemon')
      .option('-n, --lines <count>', 'how many', '20')
      .option('-f, --follow', 'go on with new ones')
      .action(async (_options: unknown, tailing: Command) => {
        await tail(tailing.optsWithGlobals<TailOptions>(), cli);
        exit(EXIT.clean);
      });
  },
};

async function verifyFile(file: string, options: VerifyOptions, cli: CliContext): Promise<AuditVerdict> {
  const lines = () => linesOf(resolve(cli.cwd, file));
  if (options.keys !== undefined) return verifyAudit(exportedAudit(lines(), readKeys(resolve(cli.cwd, options.keys))));
  return withStore(options, cli, async (store, config) =>
    verifyAudit(exportedAudit(lines(), (await ownKeys(config, store, cli)).keys)),
  );
}

async function verifyStore(options: VerifyOptions, cli: CliContext): Promise<AuditVerdict> {
  // The copies know of checkpoints that somebody may have removed from the store together with the events behind them.
  const exported: Checkpoint[] = [];
  for (const file of await copies(await configFor(cli, options)))
    exported.push(...(await checkpointsIn(linesOf(file))));
  return withStore(options, cli, async (store, config) => {
    const folders = [
      archiveFolder(config),
      ...(options.segments === undefined ? [] : [resolve(cli.cwd, options.segments)]),
    ];
    const find = (name: string) => {
      const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
      return found === undefined ? undefined : linesOf(found);
    };
    return verifyAudit(await storedAudit(store, (await ownKeys(config, store, cli)).keys, exported, find));
  });
}

/** What alerts and reviews look back at stays in any case. */
const YOUNGEST = 24 * 3_600_000;

async function archive(options: ArchiveOptions, cli: CliContext): Promise<void> {
  await withStore(options, cli, async (store, config) => {
    const { issuer } = config;
    if (issuer === undefined) throw new AppError('ERR_CONFIG_INVALID', 'the configuration has no section "issuer"');
    const { retention } = issuer.audit;
    const now = store.now();
    const before =
      options.before === undefined ? now.getTime() - (retention ?? Number.NaN) : Date.parse(options.before);
    if (options.before === undefined && retention === undefined)
      throw new AppError('ERR_USAGE', 'neither --before nor issuer.audit.retention says what is old');
    if (Number.isNaN(before))
      throw new AppError('ERR_USAGE', `--before ${options.before}: expected a date of ISO 8601`);
    if (before > now.getTime() - YOUNGEST)
      throw new AppError('ERR_USAGE', `--before ${options.before}: expected a day ago at least`);
    const keys = await openIssuerKeys(issuerKeyPlace(config, store, await openSealer(config, cli)));
    const folder = archiveFolder(config);
    const readers = auditReaders(issuer);
    const segments = await archiveAudit(
      { store, keys, folder, readers, actor: 'system', now: store.now },
      new Date(before),
    );
    for (const { file, from, to } of segments) cli.stdout.write(`${join(folder, file)}: ${to - from + 1} events\n`);
    if (segments.length === 0) cli.stderr.write('nothing is old enough, delivered and over\n');
  });
}

/** Files of the configured sinks that are there, the rotated ones too. */
async function copies({ folder, state, issuer }: Config): Promise<readonly string[]> {
  const auditFolder = stateDir(state).audit;
  const paths = (issuer?.audit.sinks ?? [{ type: 'file', path: undefined }]).flatMap((sink) =>
    sink.type === 'file' ? [sinkPath(sink.path, { folder, auditFolder })] : [],
  );
  const files: string[] = [];
  for (const path of paths) files.push(...(await rotatedFiles(path)), ...(existsSync(path) ? [path] : []));
  return files;
}

function print(
  { ok, events, problems }: AuditVerdict,
  options: VerifyOptions & { file?: string },
  cli: CliContext,
): void {
  if (options.format === 'json') {
    cli.stdout.write(`${JSON.stringify({ ok, events, problems }, null, 2)}\n`);
    return;
  }
  for (const { seq, what, chain, place } of problems) {
    const where = place === undefined ? '' : `${place.file ?? options.file ?? ''}:${place.line}: `;
    cli.stdout.write(`${where}${chain === undefined ? '' : `${chain} `}${seq}: ${what}\n`);
  }
  cli.stdout.write(
    ok ? `the audit log is whole: ${events} events\n` : `the audit log is NOT whole: ${problems.length} problems\n`,
  );
}

async function exportTo(file: string | undefined, options: ExportOptions, cli: CliContext): Promise<void> {
  const filter = filterOf(options);
  const write = async (events: AsyncIterable<AuditEvent>): Promise<void> => {
    const lines = Readable.from(formatted(events, options.as));
    if (options.output === undefined) await pipeline(lines, cli.stdout, { end: false });
    else await pipeline(lines, createWriteStream(resolve(cli.cwd, options.output), { mode: 0o600 }));
  };
  if (file !== undefined) await write(exportedEvents(linesOf(resolve(cli.cwd, file)), filter));
  else await withStore(options, cli, (store) => write(storedEvents(store, filter)));
}

async function* formatted(events: AsyncIterable<AuditEvent>, format: ExportFormat): AsyncGenerator<string> {
  for await (const event of events) yield `${EXPORT_FORMATS[format](event)}\n`;
}

async function query(options: TailOptions & FilterOptions, cli: CliContext): Promise<void> {
  const client = await operatorClient(cli, options);
  const limit = String(lineCount(options.lines));
  const answer = await client.call({ method: 'GET', path: '/api/audit', query: { ...filterOf(options), limit } });
  for (const event of parseAnswer(eventsSchema, answer, client).events) cli.stdout.write(`${JSON.stringify(event)}\n`);
}

function lineCount(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit;
  throw new AppError('ERR_USAGE', `--lines ${text}: expected 1 to 1000`);
}

async function tail(options: TailOptions, cli: CliContext): Promise<void> {
  const limit = lineCount(options.lines);
  const client = await operatorClient(cli, options);
  const read = async (query: Readonly<Record<string, string>>): Promise<number | undefined> => {
    const answer = await client.call({ method: 'GET', path: '/api/audit', query });
    const { events } = parseAnswer(eventsSchema, answer, client);
    for (const event of events) cli.stdout.write(`${JSON.stringify(event)}\n`);
    return events.at(-1)?.seq;
  };
  let last = (await read({ limit: String(limit) })) ?? 0;
  while (options.follow === true) {
    await delay(FOLLOW_INTERVAL);
    last = (await read({ limit: '1000', after: String(last) })) ?? last;
  }
}

async function withStore<T>(
  options: GlobalOptions,
  cli: CliContext,
  work: (store: IssuerStore, config: Config) => Promise<T>,
): Promise<T> {
  const config = await configFor(cli, options);
  const store = await findIssuerState(config, cli);
  if (store === undefined)
    throw new AppError('ERR_STORE_NOT_FOUND', `${stateDir(config.state).issuer}: there is no issuer store`, {
      hint: 'run it in the folder of lapse.yaml, or name an exported file',
    });
  try {
    return await work(store, config);
  } finally {
    await store.close();
  }
}

async function ownKeys(config: Config, store: IssuerStore, cli: CliContext): Promise<AuditKeys> {
  return (await openIssuerKeys(issuerKeyPlace(config, store, await openSealer(config, cli)))).auditJwks();
}

function readKeys(file: string): readonly JsonObject[] {
  try {
    return keySetSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).keys;
  } catch (cause) {
    throw new AppError('ERR_USAGE', `${file}: not a set of public keys`, { cause });
  }
}

function linesOf(file: string): AsyncIterable<string> {
  if (!existsSync(file)) throw new AppError('ERR_USAGE', `${file}: no such file`);
  return createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
}
