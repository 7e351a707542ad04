import { Argument, type Command } from 'commander';
import { AppError } from '../../errors.ts';
import type { Answer } from '../../model/answer.ts';
import { formatLocation } from '../../model/location.ts';
import { escapeControl } from '../../report/escape.ts';
import { addFormatOption } from '../client/options.ts';
import { table } from '../client/table.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { type CliContext, EXIT } from '../context.ts';
import { addFilterOptions, refuseUnknownPlatform, several } from '../inventory/filter-options.ts';
import { type Filters, rowFilter } from '../inventory/filters.ts';
import { jsonPieces } from '../inventory/json-pieces.ts';
import { cellsOf, ROW_KINDS, type RowKind, rowsOf } from '../inventory/rows.ts';
import { AS_OF, type InventoryView, openView, pointJson } from '../inventory/view.ts';
import { type CanDoRow, coverageLines, whoCan } from '../inventory/who-can.ts';
import { writeOutput } from '../output.ts';
import { withWorkspace } from '../workspace.ts';

interface LsOptions extends GlobalOptions, Filters {
  readonly can?: string;
  readonly on?: string;
  readonly asOf?: string;
  readonly format: string;
}

/** `lapse ls`: the rows of the inventory, one line each; with `--can`, who can do something. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addOptions(command).action(async (kind: RowKind) => {
      const options = command.optsWithGlobals<LsOptions>();
      if (options.on !== undefined && options.can === undefined)
        throw new AppError('ERR_USAGE', '--on needs --can', { hint: 'as in --can get --on shop/core/secrets' });
      if (options.can !== undefined && kind !== 'principals')
        throw new AppError('ERR_USAGE', `--can lists principals, not ${kind}`);
      const code = await withWorkspace(cli, options, async ({ store }) => {
        const { asOf } = options;
        const view = await openView(store, { ...(asOf === undefined ? {} : { asOf }), now: cli.now() });
        refuseUnknownPlatform(options.platform, view);
        return options.can === undefined
          ? list(kind, options, view, cli)
          : listWhoCan({ ...options, can: options.can }, view, cli);
      });
      exit(code);
    });
  },
};

function addOptions(command: Command): Command {
  return addFilterOptions(addFormatOption(command))
    .addArgument(new Argument('[kind]', 'what to list').choices([...ROW_KINDS]).default('principals'))
    .option('--kind <kind>', 'of this kind, such as user, access-key, a rule; * for any run of characters', several, [])
    .option('--standing', 'usable now, without an end: standing grants and who has them, credentials without expiry')
    .option('--can <action>', 'principals that can do this, and those that might')
    .option('--on <resource>', 'on this resource, as its platform writes it')
    .option('--as-of <point>', `as it was: ${AS_OF}`);
}

async function list(kind: RowKind, options: LsOptions, view: InventoryView, cli: CliContext): Promise<number> {
  const rows = (await rowsOf(kind, view)).filter(rowFilter(options, view));
  if (options.format === 'json') {
    const head = { schema: 'lapse.ls/1', kind, as_of: pointJson(view) };
    writeOutput(
      cli,
      jsonPieces(head, 'rows', rows, ({ body }) => body),
      undefined,
    );
  } else cli.stdout.write(table(rows.map(cellsOf)));
  return EXIT.clean;
}

async function listWhoCan(
  options: LsOptions & { readonly can: string },
  view: InventoryView,
  cli: CliContext,
): Promise<number> {
  const question = { action: options.can, ...(options.on === undefined ? {} : { resource: options.on }) };
  const answer = await whoCan(question, options.platform, view);
  const passes = rowFilter(options, view);
  const rows = answer.rows.filter(({ principal }) => passes({ of: 'principals', body: principal }));
  const exitCode = answer.coverage.open ? EXIT.incomplete : EXIT.clean;
  if (options.format === 'json') {
    const head = {
      schema: 'lapse.ls/1',
      kind: 'principals',
      as_of: pointJson(view),
      question: { action: options.can, resource: options.on ?? null },
      coverage: answer.coverage,
      exit_code: exitCode,
    };
    writeOutput(
      cli,
      jsonPieces(head, 'rows', rows, ({ principal, answer: can, evidence }) => ({
        ...principal,
        can: { answer: can, evidence },
      })),
      undefined,
    );
    return exitCode;
  }
  for (const row of rows) cli.stdout.write(`${canDoLines(row).map(escapeControl).join('\n')}\n`);
  for (const line of coverageLines(answer.coverage)) cli.stderr.write(`${escapeControl(line)}\n`);
  return exitCode;
}

/** Rows of evidence that a terminal shows. */
const SHOWN = 3;

function canDoLines({ principal, answer, evidence }: CanDoRow): readonly string[] {
  const { platform, kind, name, owner } = principal;
  const more = evidence.length - SHOWN;
  return [
    `${word(answer).padEnd(3)}  ${platform} ${kind} ${name}${owner === undefined ? '' : `  (${owner.value})`}  ${principal.id}`,
    ...(typeof answer === 'string' ? [] : answer.if.map((condition) => `       only if ${condition}`)),
    ...evidence.slice(0, SHOWN).map(({ says, via, location }) => {
      const path = via.length === 0 ? '' : ` by ${via.join(' › ')}`;
      return `       ${says}${path}${location === null ? '' : `  [${formatLocation(location)}]`}`;
    }),
    ...(more > 0 ? [`       and ${more} more`] : []),
  ];
}

function word(answer: Exclude<Answer, 'no'>): string {
  return answer === 'yes' ? 'yes' : 'if';
}
