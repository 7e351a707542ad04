import { Argument } from 'commander';
import { joinInventory } from '../../graph/join-inventory.ts';
import type { Finding } from '../../model/finding.ts';
import type { Inventory } from '../../model/inventory.ts';
import { formatLocation } from '../../model/location.ts';
import type { TrustSubject } from '../../model/trust.ts';
import { escapeControl, safeJson } from '../../report/escape.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { withWorkspace } from '../workspace.ts';

const KINDS = ['principals', 'credentials', 'secrets', 'grants', 'trusts', 'findings'] as const;
type Kind = (typeof KINDS)[number];

/** `lapse ls`: the rows of the inventory, one line each. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    command
      .addArgument(new Argument('[kind]', 'what to list').choices([...KINDS]).default('principals'))
      .option('--format <format>', 'terminal or json', 'terminal')
      .action(async (kind: Kind) => {
        const options = command.optsWithGlobals<GlobalOptions & { format: string }>();
        await withWorkspace(cli, options, async ({ store }) => {
          const inventory = joinInventory(await store.inventory());
          const findings = kind === 'findings' ? await store.findings() : [];
          const rows = kind === 'findings' ? findings : [...inventory[kind].values()];
          const text =
            options.format === 'json'
              ? safeJson({ schema: 'lapse.ls/1', kind, rows })
              : table(kind, inventory, findings).join('\n');
          cli.stdout.write(text === '' ? '' : `${text}\n`);
        });
        exit(0);
      });
  },
};

function table(kind: Kind, inventory: Inventory, findings: readonly Finding[]): readonly string[] {
  return columns(rowsOf(kind, inventory, findings).map((row) => row.map(escapeControl)));
}

function rowsOf(kind: Kind, inventory: Inventory, findings: readonly Finding[]): readonly (readonly string[])[] {
  switch (kind) {
    case 'principals':
      return [...inventory.principals.values()].map((row) => [
        row.platform,
        row.kind,
        row.name,
        row.owner?.value ?? '-',
        row.id,
      ]);
    case 'credentials':
      return [...inventory.credentials.values()].map((row) => [
        row.platform,
        row.kind,
        row.status,
        row.createdAt ?? '-',
        row.id,
      ]);
    case 'secrets':
      return [...inventory.secrets.values()].map((row) => {
        const [first] = row.locations;
        return [row.confidence, row.rule, row.hint ?? '-', first === undefined ? '-' : formatLocation(first), row.id];
      });
    case 'grants':
      return [...inventory.grants.values()].map((row) => [
        row.effect,
        row.actions.join(',') || `not ${row.notActions?.join(',')}`,
        row.principal,
      ]);
    case 'trusts':
      return [...inventory.trusts.values()].map((row) => [row.how, subjectOf(row.subject), row.principal]);
    case 'findings':
      return findings.map((row) => [row.severity, row.rule, row.subjectName, row.message]);
  }
}

function subjectOf(subject: TrustSubject): string {
  if (subject.kind === 'principal') return subject.id;
  if (subject.kind === 'federated') return `tokens of ${subject.issuer}`;
  return subject.kind === 'anyone' ? 'anyone' : subject.value;
}

/** The last column is as long as it is; the others are padded to their widest, up to a bound. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<number[]>(
    (known, row) => row.map((cell, index) => Math.min(60, Math.max(known[index] ?? 0, cell.length))),
    [],
  );
  return rows.map((row) =>
    row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join('  '),
  );
}
