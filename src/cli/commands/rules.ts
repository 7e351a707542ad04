import { type Command, Option } from 'commander';
import type { CliCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { checkRules } from '../rules/check-rules.ts';
import { listRules } from '../rules/list-rules.ts';
import type { RulesOptions } from '../rules/own-rules.ts';

/** `lapse rules list|check|test`: the rules for secrets, and help for whoever writes some. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    command.addHelpText('after', '\nWithout a path: scan.rules of lapse.yaml.');
    configureList(command, cli, exit);
    configureCheck(command, cli, exit);
    configureTest(command, cli, exit);
  },
};

type Exit = (code: number) => void;

function configureList(parent: Command, cli: CliContext, exit: Exit): void {
  const command = parent.command('list').description('every rule that a scan runs: what it finds, and what that opens');
  command.addOption(formatOption()).action(async () => {
    exit(await listRules(command.optsWithGlobals<RulesOptions>(), cli));
  });
}

function configureCheck(parent: Command, cli: CliContext, exit: Exit): void {
  const command = parent.command('check [path...]').description('what is wrong with rule files of your own');
  command.addOption(formatOption()).action(async (paths: readonly string[]) => {
    exit(await checkRules(paths, command.optsWithGlobals<RulesOptions>(), { examples: false }, cli));
  });
}

function configureTest(parent: Command, cli: CliContext, exit: Exit): void {
  const command = parent.command('test [path...]').description('run the examples of your own rules, too');
  command.addOption(formatOption()).action(async (paths: readonly string[]) => {
    exit(await checkRules(paths, command.optsWithGlobals<RulesOptions>(), { examples: true }, cli));
  });
}

function formatOption(): Option {
  return new Option('--format <format>', 'how to print').choices(['terminal', 'json']).default('terminal');
}
