import { relative, resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import { AppError } from '../../errors.ts';
import type { SecretValue } from '../../model/secret-value.ts';
import { loadStoreKey } from '../../store/key.ts';
import { createStateDir } from '../../store/state-dir.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { configFor } from '../config-for.ts';
import type { CliContext } from '../context.ts';
import { addOperator } from '../init/add-operator.ts';
import { writeStarter } from '../init/write-starter.ts';
import { openIssuerState } from '../issuer-state.ts';

interface InitOptions extends GlobalOptions {
  readonly operator?: string;
}

/** `lapse init`: a commented configuration, a starter policy, and the first operator of the issuer. Overwrites nothing. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    command
      .option('--operator <name>', 'operator to add; the user of this machine, if there is none yet')
      .addHelpText('after', '\nThe password of a new operator is printed on stdout, once.')
      .action(async () => {
        await init(command.optsWithGlobals<InitOptions>(), cli);
        exit(0);
      });
  },
};

async function init(options: InitOptions, cli: CliContext): Promise<void> {
  const configFile = resolve(cli.cwd, options.config ?? 'lapse.yaml');
  const name = options.operator ?? cli.env.USER ?? cli.env.LOGNAME;
  if (!name) throw new AppError('ERR_USAGE', 'no operator is named', { hint: 'use --operator' });
  const tell = (text: string): void => {
    if (options.quiet !== true) cli.stderr.write(`${text}\n`);
  };
  const written = writeStarter(configFile, name);
  for (const file of written) tell(`wrote ${relative(cli.cwd, file)}`);
  if (!written.includes(configFile)) tell(`kept ${relative(cli.cwd, configFile)}`);
  const configured = await configFor(cli, { ...options, config: configFile });
  const state = createStateDir(configured.state);
  // On a database the first daemon decides which key all of them have.
  if (configured.issuer?.database === undefined) loadStoreKey(state.key, cli.env);
  const password = await firstOperator(configured, cli, name, options.operator !== undefined);
  if (password === undefined) return tell('there is an operator already; --operator adds another one');
  tell(`operator ${name}, with this password, which is not shown again:`);
  cli.stdout.write(`${password.reveal()}\n`);
  tell(`next: lapse serve, and then: lapse login --operator ${name}`);
}

/** @returns undefined when nobody was asked for by name and somebody is there. */
async function firstOperator(
  config: Config,
  cli: CliContext,
  name: string,
  named: boolean,
): Promise<SecretValue | undefined> {
  const store = await openIssuerState(config, cli);
  try {
    const known = await store.read(({ operators }) => operators.list());
    if (known.length > 0 && !named) return undefined;
    return await addOperator(store, name, store.now());
  } finally {
    await store.close();
  }
}
