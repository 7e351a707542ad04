import { scannersWith } from '../../../scanners/index.ts';
import { AppError } from '../../errors.ts';
import { readSecretSettings } from '../../gate/secret-settings.ts';
import { buildAccessGraph } from '../../graph/access-graph.ts';
import { joinInventory } from '../../graph/join-inventory.ts';
import { evaluateAll } from '../../iam/index.ts';
import { escapeControl, safeJson } from '../../report/escape.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { EXIT } from '../context.ts';
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
        const code = await withWorkspace(cli, options, async ({ config, store, fingerprint }) => {
          const inventory = joinInventory(await store.inventory());
          const graph = buildAccessGraph(inventory, evaluateAll(inventory));
          const only = asked.map((name) => {
            const id = findEntity(name, graph);
            if (!inventory.secrets.has(id)) throw new AppError('ERR_USAGE', `${name}: is not a static secret`);
            return id;
          });
          const { all: scanners, secrets } = scannersWith(readSecretSettings(config));
          const { verdicts, problems } = await verify(
            {
              paths: options.path,
              cwd: cli.cwd,
              exports: [],
              folder: config.folder,
              scanners,
              store,
              now: cli.now(),
              fingerprint,
              cluster: config.cluster,
              exclude: config.scan.exclude,
              maxFileSize: config.scan.max_file_size,
              history: options.gitHistory ?? config.scan.history,
            },
            { config, rules: secrets.rules(), ...(only.length === 0 ? {} : { only: new Set(only) }) },
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
