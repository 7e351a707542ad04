import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { SecretValue } from '../../model/secret-value.ts';
import { IssuerClient } from '../client/issuer-client.ts';
import { type ListedLease, type RevokeSelector, revokeLease, revokeLeases } from '../client/leases.ts';
import { endLease } from '../client/obtain-lease.ts';
import { operatorClient } from '../client/operator-client.ts';
import { addServerOption } from '../client/options.ts';
import { type ServerOptions, serverUrl } from '../client/server-url.ts';
import type { CliCommand } from '../command.ts';
import type { CliContext } from '../context.ts';

interface RevokeOptions extends ServerOptions {
  readonly request?: string;
  readonly principal?: string;
  readonly target?: string;
  readonly prefix?: string;
  readonly all?: true;
  readonly yes?: true;
  readonly handedOut?: string;
}

/** Left-overs that are named one by one. */
const MOST_NAMED = 20;

/** `lapse revoke LEASE…`, or all that fits: takes back what is out, and ends its live sessions. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addServerOption(command)
      .argument('[lease...]', 'ids of leases')
      .option('--request <id>', 'what was given for this access request')
      .option('--principal <name>', 'what this principal asked for, or was elevated with')
      .option('--target <id>', 'what is out at this target')
      .option('--prefix <text>', 'what is called so at its target')
      .option('--all', 'everything that fits; alone, everything there is, which takes --yes as well')
      .option('--yes', 'confirms --all without a selector')
      .option('--handed-out <file>', 'hand back what "lapse request" printed into this file; needs no session')
      .action(async (ids: readonly string[]) => {
        const options = command.optsWithGlobals<RevokeOptions>();
        if (options.handedOut === undefined) await revoke(ids, options, cli);
        else await handBack(options.handedOut, ids, options, cli);
        exit(0);
      });
  },
};

async function revoke(ids: readonly string[], options: RevokeOptions, cli: CliContext): Promise<void> {
  const selector = selectorOf(ids, options);
  const client = await operatorClient(cli, options);
  if (selector === undefined) return await revokeEach(ids, client, cli);
  const { found, done, left, correlation_id } = await revokeLeases(client, selector);
  cli.stdout.write(`${done} of ${found} leases revoked (audit correlation ${correlation_id})\n`);
  if (found > done) throw incomplete(left, found - done);
}

/** Each by itself: one that fails must not save the others. */
async function revokeEach(ids: readonly string[], client: IssuerClient, cli: CliContext): Promise<void> {
  let failure: unknown;
  for (const id of ids) {
    try {
      const done = await revokeLease(client, id);
      cli.stdout.write(`${id} ${done ? 'revoked' : 'revoked, not verified at the target yet'}\n`);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      cli.stderr.write(`${id}: ${error.message}\n`);
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
}

/** @returns undefined when leases are named one by one. */
function selectorOf(ids: readonly string[], options: RevokeOptions): RevokeSelector | undefined {
  const { request, principal, target, prefix, all } = options;
  const selects = [request, principal, target, prefix].some((value) => value !== undefined);
  if (ids.length > 0) {
    if (selects || all === true) throw new AppError('ERR_USAGE', 'leases and selectors exclude each other');
    return undefined;
  }
  if (!selects && all !== true)
    throw new AppError('ERR_USAGE', 'name leases, or what they have in common', {
      hint: '--request, --principal, --target, --prefix, or --all',
    });
  if (!selects && options.yes !== true)
    throw new AppError('ERR_USAGE', '--all alone takes back every lease of the issuer', {
      hint: 'add a selector such as --target, or --yes',
    });
  return { request, principal, target, prefix, ...(selects ? {} : { all: true }) };
}

function incomplete(left: readonly ListedLease[], count: number): AppError {
  const named = left.slice(0, MOST_NAMED).map(({ id, target }) => `${id} (${target})`);
  const others = count > named.length ? ` and ${count - named.length} more` : '';
  return new AppError('ERR_REVOKE_INCOMPLETE', `not verified gone at their targets yet: ${named.join(', ')}${others}`, {
    hint: 'they are inactive already, and the issuer goes on by itself: see "lapse leases --state REVOKING"',
  });
}

const handedOutSchema = z.looseObject({ access_token: z.string().min(1) });

/** What was handed out is proof enough to end it early. */
async function handBack(file: string, ids: readonly string[], options: RevokeOptions, cli: CliContext): Promise<void> {
  if (ids.length > 0) throw new AppError('ERR_USAGE', '--handed-out takes no leases beside it');
  const client = new IssuerClient(await serverUrl(cli, options));
  await endLease(client, handedOut(file));
  cli.stdout.write('handed back\n');
}

function handedOut(file: string): SecretValue {
  try {
    return new SecretValue(handedOutSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).access_token);
  } catch {
    // Without a cause: it would quote the file.
    throw new AppError('ERR_USAGE', `${file}: is not what "lapse request" prints`);
  }
}
