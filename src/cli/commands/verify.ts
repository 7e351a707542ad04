import { AppError } from '../../errors.ts';
import { joinInventory } from '../../graph/join-inventory.ts';
import { escapeControl, safeJson } from '../../report/escape.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { EXIT } from '../context.ts';
import { discoverOptions } from '../discover-options.ts';
import { findEntity } from '../entity.ts';
import { verify } from '../verify.ts';
import { withWorkspace } from '../workspace.ts';

interface VerifyCommandOptions extends GlobalOptions {
  readonly path: readonly string[];
  readonly gitHistory?: boolean;
  readonly format: string;
}

/** `lapse verify [SECRET…]`: asks the vendors whether secrets that were found still work. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    command
      .argument('[secret...]', 'ids, places (path:line) or beginnings of fingerprints; all secrets without one')
      .option('--path <path...>', 'files and folders where they were found, to read them again', ['.'])
      .option('--git-history', 'read the history too, for secrets that are only there')
      .option('--format <format>', 'terminal or json', 'terminal')
      .action(async (asked: readonly string[]) => {
        const options = command.optsWithGlobals<VerifyCommandOptions>();
        const code = await withWorkspace(cli, options, async (workspace) => {
          const inventory = joinInventory(await workspace.store.inventory());
          const only = asked.map((name) => {
            const id = findEntity(name, { inventory });
            if (!inventory.secrets.has(id)) throw new AppError('ERR_USAGE', `${name}: is not a static secret`);
            return id;
          });
          const { options: discover, secrets } = await discoverOptions(
            workspace,
            { ...options, paths: options.path, exports: [], archives: true },
            cli,
          );
          const { verdicts, problems } = await verify(
            discover,
            { config: workspace.config, rules: secrets.rules(), ...(only.length === 0 ? {} : { only: new Set(only) }) },
            cli,
          );
          if (options.format === 'json') {
            const listed = verdicts.map(({ secret, validity, at }) => ({
              id: secret.id,
              rule: secret.rule,
              validity,
              verified_at: at,
              path: secret.locations[0]?.path,
              line: secret.locations[0]?.line,
            }));
            cli.stdout.write(`${safeJson({ schema: 'lapse.verify/1', secrets: listed, problems })}\n`);
          } else {
            for (const { secret, validity } of verdicts) {
              const { path, line } = secret.locations[0] ?? { path: secret.id };
              cli.stdout.write(escapeControl(`${validity.padEnd(8)}  ${secret.title}  ${path}:${line}  ${secret.id}`));
              cli.stdout.write('\n');
            }
            for (const { message } of problems) cli.stderr.write(`${escapeControl(message)}\n`);
          }
          if (problems.length > 0) return EXIT.incomplete;
          return verdicts.some(({ validity }) => validity === 'active') ? EXIT.findings : EXIT.clean;
        });
        exit(code);
      });
  },
};
