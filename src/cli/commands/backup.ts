import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '../../errors.ts';
import { backupSqlite } from '../../store/backup-sqlite.ts';
import { stateDir } from '../../store/state-dir.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { configFor } from '../config-for.ts';
import { EXIT } from '../context.ts';

/** `lapse backup FILE`: a consistent copy of `issuer.db`, while the daemon goes on. See docs/storage.md for what else belongs to a backup. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    command.argument('<file>', 'where to; must not exist').action(async (file: string) => {
      const { issuer, state } = await configFor(cli, command.optsWithGlobals<GlobalOptions>());
      if (issuer?.database !== undefined)
        throw new AppError('ERR_USAGE', "the issuer's state is on PostgreSQL, which has its own tools", {
          hint: 'pg_dump --format=custom --schema=lapse_issuer --schema=lapse_jobs',
        });
      const from = stateDir(state).issuer;
      if (!existsSync(from)) throw new AppError('ERR_STORE_NOT_FOUND', `${from}: there is no issuer store`);
      const to = resolve(cli.cwd, file);
      await backupSqlite(from, to);
      cli.stderr.write(`wrote ${to}; keys are not in it: keep keys and store.key of ${state} as well\n`);
      exit(EXIT.clean);
    });
  },
};
