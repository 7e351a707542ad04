import { Argument } from 'commander';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { IssuerClient } from '../client/issuer-client.ts';
import { operatorClient } from '../client/operator-client.ts';
import { addFormatOption, addServerOption, collect } from '../client/options.ts';
import { parseAnswer } from '../client/parse-answer.ts';
import type { ServerOptions } from '../client/server-url.ts';
import { table } from '../client/table.ts';
import type { CliCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { findEntity } from '../entity.ts';
import { withWorkspace } from '../workspace.ts';

interface SwapOptions extends ServerOptions {
  readonly target?: string;
  readonly source: readonly string[];
  readonly until?: string;
  readonly format: string;
}

/** Steps that move a binding, and the stage they move it to (docs/issuer.md, "Swapping a static key"). */
const MOVES = { unbind: 'planned', rebind: 'bound', swapped: 'swapped', disabled: 'disabled', gone: 'gone' } as const;
type Move = keyof typeof MOVES;

const bindingSchema = z.looseObject({
  id: z.string(),
  secret: z.string(),
  target: z.string(),
  sourceCidrs: z.array(z.string()),
  until: z.string(),
  stage: z.string(),
  lastUsedAt: z.string().optional(),
});
const bindingsSchema = z.object({ bindings: z.array(bindingSchema) });
type Binding = z.output<typeof bindingSchema>;

/** `lapse swap SECRET STEP`: takes one static secret out of use, stage by stage, each of which can be gone back until the last. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addFormatOption(addServerOption(command))
      .argument('<secret>', 'id, beginning of a fingerprint, or place (path:line) of a static secret')
      .addArgument(
        new Argument('[step]', 'what to do').choices(['status', 'bind', ...Object.keys(MOVES)]).default('status'),
      )
      .option('--target <id>', 'target that the key may be presented for')
      .option('--source <network>', 'network that it may be presented from; may be repeated', collect, [])
      .option('--until <date>', 'cut-off, as a date or a time in ISO 8601')
      .action(async (secret: string, step: 'status' | 'bind' | Move) => {
        const bindings = await swap(secret, step, command.optsWithGlobals<SwapOptions>(), cli);
        const { format, quiet } = command.optsWithGlobals<SwapOptions>();
        if (bindings.length === 0 && quiet !== true) cli.stderr.write(`${secret}: not bound to a target\n`);
        cli.stdout.write(format === 'json' ? `${JSON.stringify({ bindings }, null, 2)}\n` : table(bindings.map(row)));
        exit(0);
      });
  },
};

async function swap(
  asked: string,
  step: 'status' | 'bind' | Move,
  options: SwapOptions,
  cli: CliContext,
): Promise<readonly Binding[]> {
  const secret = await secretIdOf(asked, options, cli);
  const client = await operatorClient(cli, options);
  if (step === 'bind') return [await bind(secret, options, client)];
  const { bindings } = parseAnswer(
    bindingsSchema,
    await client.call({ method: 'GET', path: '/api/bindings', query: { secret } }),
    client,
  );
  const chosen = bindings.filter(({ target }) => options.target === undefined || target === options.target);
  if (step === 'status') return chosen;
  const [binding, ...others] = chosen;
  if (binding === undefined) throw new AppError('ERR_BINDING_NOT_FOUND', `${secret}: not bound to a target`);
  if (others.length > 0)
    throw new AppError('ERR_USAGE', `${secret}: bound to several targets`, { hint: 'name one with --target' });
  const path = `/api/bindings/${encodeURIComponent(binding.id)}/stage`;
  return [
    parseAnswer(bindingSchema, await client.call({ method: 'POST', path, json: { stage: MOVES[step] } }), client),
  ];
}

async function bind(secret: string, options: SwapOptions, client: IssuerClient): Promise<Binding> {
  const { target, source, until } = options;
  if (target === undefined || source.length === 0 || until === undefined)
    throw new AppError('ERR_USAGE', 'bind needs --target, --source and --until');
  const cutOff = new Date(until);
  if (Number.isNaN(cutOff.getTime())) throw new AppError('ERR_USAGE', `--until ${until}: not a date in ISO 8601`);
  const json = { secret, target, sourceCidrs: source, until: cutOff.toISOString() };
  return parseAnswer(bindingSchema, await client.call({ method: 'POST', path: '/api/bindings', json }), client);
}

/** A whole id is taken as it is: the daemon knows better than this machine's inventory what there is. */
async function secretIdOf(asked: string, options: SwapOptions, cli: CliContext): Promise<string> {
  if (/^secret:[0-9a-f]{24}$/.test(asked)) return asked;
  return withWorkspace(cli, options, async ({ store }) => {
    const inventory = await store.inventory();
    const id = findEntity(asked, { inventory });
    if (inventory.secrets.has(id)) return id;
    throw new AppError('ERR_SECRET_UNKNOWN', `${id}: not a static secret`, { hint: 'see "lapse ls secrets"' });
  });
}

function row(binding: Binding): readonly string[] {
  return [
    binding.secret,
    binding.stage,
    binding.target,
    binding.sourceCidrs.join(','),
    `until ${binding.until}`,
    binding.lastUsedAt === undefined ? 'never used' : `last used ${binding.lastUsedAt}`,
  ];
}
