import { AppError } from '../../errors.ts';
import { readSecretSettings } from '../../gate/secret-settings.ts';
import { escapeControl, safeJson } from '../../report/escape.ts';
import { addFormatOption } from '../client/options.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { type CliContext, EXIT } from '../context.ts';
import { findEntity } from '../entity.ts';
import { fileOwners } from '../inventory/file-owners.ts';
import { ownersOf } from '../inventory/owners-of.ts';
import { idsOfString, type ReadString, readString, withString } from '../inventory/read-string.ts';
import { showJson } from '../inventory/show-json.ts';
import { type Shown, showLines } from '../inventory/show-lines.ts';
import { subjectOf } from '../inventory/subject-of.ts';
import { swapPlan } from '../inventory/swap-plan.ts';
import { AS_OF, type InventoryView, openView } from '../inventory/view.ts';
import { type Workspace, withWorkspace } from '../workspace.ts';

interface ShowOptions extends GlobalOptions {
  readonly stdin?: boolean;
  readonly blame?: boolean;
  readonly asOf?: string;
  readonly format: string;
}

/** `lapse show ID`: one row of the inventory whole; of a static secret, what the string can do. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addFormatOption(command)
      .argument('[id]', 'id, provider id, name, place (path:line) or beginning of a fingerprint')
      .option('--stdin', 'read a string from stdin and say what it can do; nothing of it is printed or kept')
      .option('--as-of <point>', `as it was: ${AS_OF}`)
      .option('--blame', 'ask git who wrote the lines, where nothing else names an owner')
      .action(async (asked: string | undefined) => {
        const options = command.optsWithGlobals<ShowOptions>();
        if ((asked === undefined) === (options.stdin !== true))
          throw new AppError('ERR_USAGE', 'show needs an id, or --stdin');
        await withWorkspace(cli, options, (workspace) => show(asked, options, workspace, cli));
        exit(EXIT.clean);
      });
  },
};

async function show(
  asked: string | undefined,
  options: ShowOptions,
  workspace: Workspace,
  cli: CliContext,
): Promise<void> {
  const { config, store, fingerprint } = workspace;
  const now = cli.now();
  if (asked === undefined && 'isTTY' in cli.stdin && cli.stdin.isTTY === true)
    cli.stderr.write('one line, which is not shown: ');
  const read =
    asked === undefined
      ? await readString(cli.stdin, { ...readSecretSettings(config), ignore: [] }, { now, fingerprint })
      : undefined;
  const view = await openView(store, {
    now,
    ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
    ...(read === undefined ? {} : { also: (inventory) => withString(inventory, read) }),
  });
  const graph = view.graph();
  const ids = read === undefined ? [findEntity(asked ?? '', graph)] : knownIds(view, read);
  const all = await view.findings();
  const owners = fileOwners(config.folder, { blame: options.blame === true });
  try {
    const shown: Shown[] = [];
    for (const id of ids) {
      const subject = subjectOf(id, graph);
      const plan = subject.secret === undefined ? undefined : await swapPlan(subject.secret, config, cli);
      shown.push({
        subject,
        graph,
        findings: all.filter((finding) => finding.subject === id),
        owners: await ownersOf(subject, owners),
        ...(plan === undefined ? {} : { plan }),
        now,
      });
    }
    const text =
      options.format === 'json'
        ? shown.map((one) => safeJson(showJson(one, view))).join('\n')
        : shown.map((one) => showLines(one).map(escapeControl).join('\n')).join('\n\n');
    cli.stdout.write(`${text}\n`);
  } finally {
    owners.close();
  }
}

/** @throws {AppError} ERR_STORE_NOT_FOUND for a string that neither a rule nor the inventory knows; it is not quoted. */
function knownIds({ inventory }: InventoryView, read: ReadString): readonly string[] {
  const ids = idsOfString(inventory, read);
  if (ids.length === 0)
    throw new AppError('ERR_STORE_NOT_FOUND', 'no rule knows what is on stdin, and no scan has found it', {
      hint: 'hand in what stands around it too: the id beside a key, the whole key file',
    });
  return ids;
}
