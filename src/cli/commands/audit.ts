import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { AppError } from '../../errors.ts';
import { checkpointsIn, exportAudit, exportedAudit, storedAudit } from '../../issuer/audit/audit-source.ts';
import { type AuditVerdict, verifyAudit } from '../../issuer/audit/verify-audit.ts';
import { type IssuerKeys, openIssuerKeys } from '../../issuer/keys.ts';
import type { JsonObject } from '../../model/json.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';
import { stateDir } from '../../store/state-dir.ts';
import { operatorClient } from '../client/operator-client.ts';
import { addFormatOption, addServerOption } from '../client/options.ts';
import { parseAnswer } from '../client/parse-answer.ts';
import type { ServerOptions } from '../client/server-url.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { configFor } from '../config-for.ts';
import { type CliContext, EXIT } from '../context.ts';
import { findIssuerState, issuerKeyPlace, openSealer } from '../issuer-state.ts';

interface VerifyOptions extends GlobalOptions {
  readonly keys?: string;
  readonly format: string;
}

interface TailOptions extends ServerOptions {
  readonly lines: string;
  readonly follow?: boolean;
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
      .action(async (file: string | undefined, _options: unknown, verify: Command) => {
        const options = verify.optsWithGlobals<VerifyOptions>();
        const verdict = file === undefined ? await verifyStore(options, cli) : await verifyFile(file, options, cli);
        print(verdict, options, cli);
        exit(verdict.ok ? EXIT.clean : EXIT.findings);
      });
    command
      .command('export')
      .description('write the whole chain as JSON Lines')
      .option('-o, --output <file>', 'to a file instead of stdout')
      .action(async (_options: unknown, exporting: Command) => {
        await exportTo(exporting.optsWithGlobals<GlobalOptions & { output?: string }>(), cli);
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
  const { state } = await configFor(cli, options);
  const copy = join(stateDir(state).audit, 'audit.jsonl');
  // The copy knows of checkpoints that somebody may have removed from the store together with the events behind them.
  const exported = existsSync(copy) ? await checkpointsIn(linesOf(copy)) : [];
  return withStore(options, cli, async (store, config) =>
    verifyAudit(await storedAudit(store, (await ownKeys(config, store, cli)).keys, exported)),
  );
}

function print({ ok, events, problems }: AuditVerdict, options: VerifyOptions, cli: CliContext): void {
  if (options.format === 'json') {
    cli.stdout.write(`${JSON.stringify({ ok, events, problems }, null, 2)}\n`);
    return;
  }
  for (const { seq, what, chain } of problems)
    cli.stdout.write(`${chain === undefined ? '' : `${chain} `}${seq}: ${what}\n`);
  cli.stdout.write(
    ok ? `the audit log is whole: ${events} events\n` : `the audit log is NOT whole: ${problems.length} problems\n`,
  );
}

async function exportTo(options: GlobalOptions & { output?: string }, cli: CliContext): Promise<void> {
  await withStore(options, cli, async (store) => {
    const lines = Readable.from(exportAudit(store));
    if (options.output === undefined) await pipeline(lines, cli.stdout, { end: false });
    else await pipeline(lines, createWriteStream(resolve(cli.cwd, options.output), { mode: 0o600 }));
  });
}

async function tail(options: TailOptions, cli: CliContext): Promise<void> {
  const limit = Number(options.lines);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new AppError('ERR_USAGE', `--lines ${options.lines}: expected 1 to 1000`);
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
