import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { IssuerClient } from '../client/issuer-client.ts';
import { operatorClient } from '../client/operator-client.ts';
import { addFormatOption, addServerOption, moment } from '../client/options.ts';
import { parseAnswer } from '../client/parse-answer.ts';
import type { ServerOptions } from '../client/server-url.ts';
import { table } from '../client/table.ts';
import type { CliCommand } from '../command.ts';
import type { CliContext } from '../context.ts';

interface DelegateOptions extends ServerOptions {
  readonly to?: string;
  readonly from?: string;
  readonly until?: string;
  readonly group?: string;
  readonly withdraw?: string;
  readonly format: string;
}

const delegationSchema = z.looseObject({
  id: z.string(),
  operator: z.string(),
  substitute: z.string(),
  group: z.string().optional(),
  from: z.string(),
  until: z.string(),
});
const listSchema = z.object({ delegations: z.array(delegationSchema) });

/** `lapse delegate`: who fills one's place as an approver while one is away. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addFormatOption(addServerOption(command))
      .option('--to <operator>', 'who fills your place')
      .option('--until <moment>', 'when you are back, such as 2026-08-17T08:00Z', moment)
      .option('--from <moment>', 'when you leave; now when absent', moment)
      .option('--group <group>', 'in this group only; in all of yours when absent')
      .option('--withdraw <id>', 'end one that you gave')
      .addHelpText('after', '\nWithout --to and --withdraw, it lists who stands in for whom.')
      .action(async () => {
        await delegate(command.optsWithGlobals<DelegateOptions>(), cli);
        exit(0);
      });
  },
};

async function delegate(options: DelegateOptions, cli: CliContext): Promise<void> {
  const client = await operatorClient(cli, options);
  if (options.withdraw !== undefined) {
    const path = `/api/delegations/${encodeURIComponent(options.withdraw)}`;
    await client.call({ method: 'DELETE', path });
    cli.stdout.write(`${options.withdraw} withdrawn\n`);
  } else if (options.to !== undefined) await give(client, options, options.to, cli);
  else await list(client, options, cli);
}

async function give(client: IssuerClient, options: DelegateOptions, to: string, cli: CliContext): Promise<void> {
  const { until, from, group } = options;
  if (until === undefined) throw new AppError('ERR_USAGE', 'a substitute needs --until');
  const json = {
    substitute: to,
    until,
    ...(from === undefined ? {} : { from }),
    ...(group === undefined ? {} : { group }),
  };
  const answer = await client.call({ method: 'POST', path: '/api/delegations', json });
  const given = parseAnswer(delegationSchema, answer, client);
  cli.stdout.write(table([[given.id, `${given.substitute} until ${given.until}`]]));
}

async function list(client: IssuerClient, options: DelegateOptions, cli: CliContext): Promise<void> {
  const answer = parseAnswer(listSchema, await client.call({ method: 'GET', path: '/api/delegations' }), client);
  const rows = answer.delegations.map(({ id, operator, substitute, group, from, until }) => [
    id,
    operator,
    substitute,
    group ?? 'all groups',
    from,
    until,
  ]);
  cli.stdout.write(options.format === 'json' ? `${JSON.stringify(answer, null, 2)}\n` : table(rows));
}
