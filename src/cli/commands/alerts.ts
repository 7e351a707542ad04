import type { Command } from 'commander';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { AppError } from '../../errors.ts';
import { openIssuerKeys } from '../../issuer/keys.ts';
import { SEVERITIES } from '../../model/finding.ts';
import { codeOf } from '../../net/post.ts';
import type { Notice } from '../../notify/notice.ts';
import { operatorClient } from '../client/operator-client.ts';
import { addFormatOption, addServerOption } from '../client/options.ts';
import { parseAnswer } from '../client/parse-answer.ts';
import type { ServerOptions } from '../client/server-url.ts';
import { table } from '../client/table.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { configFor } from '../config-for.ts';
import { type CliContext, EXIT } from '../context.ts';
import { openChannel } from '../daemon/open-channels.ts';
import { findIssuerState, issuerKeyPlace, openSealer } from '../issuer-state.ts';

const answerSchema = z.object({
  events: z.array(
    z.looseObject({
      at: z.string(),
      detail: z.looseObject({
        alert: z.string(),
        severity: z.enum(SEVERITIES).default('high'),
        message: z.string().default(''),
      }),
    }),
  ),
});

/** `lapse alerts`: what was raised lately, and whether it would reach anybody. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addFormatOption(addServerOption(command))
      .option('-n, --lines <count>', 'how many', '20')
      .action(async () => {
        await list(command.opts<ServerOptions & { lines: string; format: string }>(), cli);
        exit(EXIT.clean);
      });
    command
      .command('test')
      .description('send a test notice to a channel of lapse.yaml, or to each')
      .argument('[channel]', 'id of the channel')
      .action(async (channel: string | undefined, _options: unknown, testing: Command) => {
        exit((await test(channel, testing.optsWithGlobals<GlobalOptions>(), cli)) ? EXIT.clean : EXIT.findings);
      });
  },
};

async function list(options: ServerOptions & { lines: string; format: string }, cli: CliContext): Promise<void> {
  const limit = Number(options.lines);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new AppError('ERR_USAGE', `--lines ${options.lines}: expected 1 to 1000`);
  const client = await operatorClient(cli, options);
  const query = { event: 'alert.raised', limit: String(limit) };
  const answer = await client.call({ method: 'GET', path: '/api/audit', query });
  const { events } = parseAnswer(answerSchema, answer, client);
  const rows = events.map(({ at, detail: { severity, alert, message } }) => [at, severity, alert, message]);
  cli.stdout.write(options.format === 'json' ? `${JSON.stringify({ alerts: events }, null, 2)}\n` : table(rows));
}

async function test(wanted: string | undefined, options: GlobalOptions, cli: CliContext): Promise<boolean> {
  const config = await configFor(cli, options);
  const channels = config.issuer?.alerts.channels ?? [];
  const chosen = channels.filter(({ id }) => wanted === undefined || id === wanted);
  if (chosen.length === 0)
    throw new AppError(
      'ERR_USAGE',
      wanted === undefined ? 'no alert channel is configured' : `no channel "${wanted}"`,
      {
        hint: `issuer.alerts.channels of lapse.yaml has: ${channels.map(({ id }) => id).join(', ') || 'none'}`,
      },
    );
  const sign = (bytes: Uint8Array) => signWithOwnKey(config, bytes, cli);
  let reached = true;
  for (const channel of chosen) {
    const open = openChannel(channel, { env: cli.env, folder: config.folder, sign, now: () => cli.now() });
    try {
      await open.send(testNotice(cli.now()));
      cli.stdout.write(`${channel.id}: sent\n`);
    } catch (error) {
      reached = false;
      cli.stdout.write(`${channel.id}: not taken (${codeOf(error)})\n`);
    } finally {
      open.close();
    }
  }
  return reached;
}

async function signWithOwnKey(config: Config, bytes: Uint8Array, cli: CliContext): Promise<string> {
  const store = await findIssuerState(config, cli);
  if (store === undefined)
    throw new AppError('ERR_STORE_NOT_FOUND', 'there is no issuer store, so nothing to sign with');
  try {
    const keys = await openIssuerKeys(issuerKeyPlace(config, store, await openSealer(config, cli)));
    return await keys.signDetached(bytes);
  } finally {
    await store.close();
  }
}

function testNotice(now: Date): Notice {
  return {
    kind: 'alerts',
    key: `test:${now.getTime()}`,
    severity: 'info',
    title: 'Test of lapse',
    message: 'somebody ran "lapse alerts test": nothing has happened',
    facts: [],
    at: now.toISOString(),
  };
}
