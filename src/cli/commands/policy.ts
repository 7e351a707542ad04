import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CliCommand, GlobalOptions } from '../command.ts';
import type { CliContext } from '../context.ts';
import { buildPolicies } from '../policy/build-policies.ts';
import { checkPolicies } from '../policy/check-policies.ts';
import { type FormatMode, formatPolicies } from '../policy/format-policies.ts';
import { loadPolicySet } from '../policy/policy-set.ts';
import { testPolicies } from '../policy/test-policies.ts';

interface ReportOptions extends GlobalOptions {
  readonly format: 'terminal' | 'json';
}

interface TestOptions extends ReportOptions {
  readonly run?: string;
  readonly coverage?: boolean;
  readonly threshold?: number;
}

interface FormatOptions extends GlobalOptions {
  readonly write?: boolean;
  readonly check?: boolean;
}

interface BuildOptions extends GlobalOptions {
  readonly output: string;
}

/** `lapse policy check|test|fmt|build`: for whoever writes policies. Neither OPA nor Go has to be installed. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    command.addHelpText('after', '\nWithout a path: policy.paths of lapse.yaml, else the folder rego.');
    configureCheck(command, cli, exit);
    configureTest(command, cli, exit);
    configureFormat(command, cli, exit);
    configureBuild(command, cli, exit);
  },
};

type Exit = (code: number) => void;

function configureCheck(parent: Command, cli: CliContext, exit: Exit): void {
  const command = parent.command('check [path...]').description('what is wrong with policies, strictly');
  command.addOption(formatOption()).action(async (paths: readonly string[]) => {
    const options = command.optsWithGlobals<ReportOptions>();
    exit(await checkPolicies(await loadPolicySet(paths, options, cli), options.format, cli));
  });
}

function configureTest(parent: Command, cli: CliContext, exit: Exit): void {
  const command = parent
    .command('test [path...]')
    .description('run the tests of policies (rules test_… in *_test.rego)');
  command
    .option('--run <pattern>', 'only tests whose full name matches the regular expression')
    .option('--coverage', 'say which lines of policies no test reaches')
    .option('--threshold <percent>', 'fail when fewer lines are covered; implies --coverage', parsePercent)
    .addOption(formatOption())
    .action(async (paths: readonly string[]) => {
      const { coverage, threshold, run, format, ...options } = command.optsWithGlobals<TestOptions>();
      const set = await loadPolicySet(paths, options, cli);
      exit(
        await testPolicies(
          set,
          {
            format,
            coverage: coverage === true || threshold !== undefined,
            ...(run === undefined ? {} : { run }),
            ...(threshold === undefined ? {} : { threshold }),
          },
          cli,
        ),
      );
    });
}

function configureFormat(parent: Command, cli: CliContext, exit: Exit): void {
  const command = parent.command('fmt [path...]').description('print policies in the layout of opa fmt');
  command
    .addOption(new Option('-w, --write', 'rewrite the files instead, and list those that changed'))
    .addOption(new Option('--check', 'list files that are not formatted, and exit 1').conflicts('write'))
    .action(async (paths: readonly string[]) => {
      const options = command.optsWithGlobals<FormatOptions>();
      const mode: FormatMode = options.check === true ? 'check' : options.write === true ? 'write' : 'print';
      exit(await formatPolicies(await loadPolicySet(paths, options, cli), mode, cli));
    });
}

function configureBuild(parent: Command, cli: CliContext, exit: Exit): void {
  const command = parent.command('build [path...]').description('compile policies to a bundle for OPA');
  command.option('-o, --output <file>', 'the bundle', 'bundle.tar.gz').action(async (paths: readonly string[]) => {
    const options = command.optsWithGlobals<BuildOptions>();
    exit(await buildPolicies(await loadPolicySet(paths, options, cli), options.output, cli));
  });
}

function formatOption(): Option {
  return new Option('--format <format>', 'how to print').choices(['terminal', 'json']).default('terminal');
}

function parsePercent(value: string): number {
  const percent = Number(value);
  if (value.trim() === '' || !(percent >= 0 && percent <= 100))
    throw new InvalidArgumentError('expected a number from 0 to 100');
  return percent;
}
