import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../model/duration.ts';

/** `--server`, for every command that talks to the daemon. */
export function addServerOption(command: Command): Command {
  return command.option('--server <url>', 'URL of the issuer; else LAPSE_SERVER, else from lapse.yaml');
}

/** `--format`, for every command that prints a list or a verdict. */
export function addFormatOption(command: Command): Command {
  return command.addOption(
    new Option('--format <format>', 'form of the output').choices(['terminal', 'json']).default('terminal'),
  );
}

/** What is asked for, and who asks: shared by `request` and `exec`. */
export function addLeaseOptions(command: Command): Command {
  return addServerOption(command)
    .option('-a, --action <action>', 'what to do there; may be repeated', collect, [])
    .option('-r, --resource <resource>', 'on what, such as a schema or table; may be repeated', collect, [])
    .option('-d, --duration <duration>', 'for how long, such as 15m', durationSeconds)
    .option('--type <type>', 'type of the detail, where lapse.yaml does not know the target', 'db_credential')
    .option('--principal <name>', 'of an elevation: who gets it, as the target calls it')
    .option('--source-cidr <network>', 'network that it may be used from; may be repeated', collect, [])
    .option('--reason <text>', 'why, for approvers and audit')
    .option('--ticket <id>', 'ticket that this is for')
    .option('--token-file <file>', 'file with the subject token, such as a projected service account token')
    .option('--static-key-env <name>', 'environment variable with a static key that is bound to the target');
}

export function collect(value: string, former: readonly string[]): readonly string[] {
  return [...former, value];
}

/** For options that are a duration: whole seconds. */
export function durationSeconds(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined || milliseconds < 1000)
    throw new InvalidArgumentError('expected a duration such as 15m or 1h30m.');
  return Math.floor(milliseconds / 1000);
}

/** For options that are a moment: ISO 8601, with seconds or without. */
export function moment(text: string): string {
  const whole = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/.test(text)
    ? text.replace(/(T\d\d:\d\d)/, '$1:00')
    : text;
  const at = Date.parse(whole);
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?$/.test(whole) || Number.isNaN(at))
    throw new InvalidArgumentError('expected a moment such as 2026-12-01T02:00Z.');
  return new Date(at).toISOString();
}
