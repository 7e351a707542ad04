import type { CliCommand, GlobalOptions } from '../command.ts';
import { configFor } from '../config-for.ts';
import type { CliContext } from '../context.ts';
import { startDaemon } from '../daemon/start-daemon.ts';

interface ServeOptions extends GlobalOptions {
  readonly listen?: string;
  readonly logLevel: string;
}

/** `lapse serve`: the issuer daemon, in the foreground, until it is told to stop. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    command
      .option('--listen <host:port>', 'instead of issuer.listen; port 0 takes a free one')
      .option('--log-level <level>', 'of the JSON log on stderr: debug, info, warn, error, silent', 'info')
      .action(async () => {
        await serve(command.optsWithGlobals<ServeOptions>(), cli);
        exit(0);
      });
  },
};

async function serve(options: ServeOptions, cli: CliContext): Promise<void> {
  const config = await configFor(cli, options);
  const daemon = await startDaemon({
    config,
    cli,
    logLevel: options.logLevel,
    ...(options.listen === undefined ? {} : { listen: options.listen }),
  });
  const stopped = stopSignal();
  cli.stdout.write(`lapse is ready at ${daemon.address}, issuer ${daemon.url}\n`);
  const reload = () => void daemon.reload();
  process.on('SIGHUP', reload);
  await stopped;
  process.off('SIGHUP', reload);
  await daemon.close();
}

/** A second signal finds its default again, for those who cannot wait. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}
