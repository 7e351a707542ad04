import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { AppError } from '../../errors.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { configFor } from '../config-for.ts';
import type { CliContext } from '../context.ts';
import { type BuildOptions, buildPolicies } from '../policy/build-policies.ts';
import { checkPolicies } from '../policy/check-policies.ts';
import { type ExplainOptions, explain } from '../policy/explain/explain-command.ts';
import { type FormatMode, formatPolicies } from '../policy/format-policies.ts';
import { type NewPolicyOptions, newFromTemplate, newPolicy } from '../policy/new-policy.ts';
import { loadPolicySet, policyPaths } from '../policy/policy-set.ts';
import { SCAFFOLDS, type ScaffoldKind } from '../policy/scaffolds.ts';
import { testPolicies, watchTests } from '../policy/test-policies.ts';

interface ReportOptions extends GlobalOptions {
  readonly format: 'terminal' | 'json';
}

interface TestOptions extends ReportOptions {
  readonly run?: string;
  readonly coverage?: boolean;
  readonly threshold?: number;
  readonly watch?: boolean;
}

interface FormatOptions extends GlobalOptions {
  readonly write?: boolean;
  readonly check?: boolean;
}

interface BundleOptions extends GlobalOptions, BuildOptions {}

/** `lapse policy check|test|fmt|build|explain|new`: for whoever writes policies. Neither OPA nor Go has to be installed. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    command.addHelpText('after', '\nWithout a path: policy.paths of lapse.yaml, else the folder rego or policies.');
    configureCheck(command, cli, exit);
    configureTest(command, cli, exit);
    configureFormat(command, cli, exit);
    configureBuild(command, cli, exit);
    configureExplain(command, cli, exit);
    configureNew(command, cli);
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
    .option('--watch', 'again after every change, until interrupted')
    .addOption(formatOption())
    .action(async (paths: readonly string[]) => {
      const { coverage, threshold, run, format, watch, ...options } = command.optsWithGlobals<TestOptions>();
      const load = () => loadPolicySet(paths, options, cli);
      const how = {
        format,
        coverage: coverage === true || threshold !== undefined,
        ...(run === undefined ? {} : { run }),
        ...(threshold === undefined ? {} : { threshold }),
      };
      if (watch === true) await watchTests(policyPaths(paths, await configFor(cli, options), cli), load, how, cli);
      else exit(await testPolicies(await load(), how, cli));
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
  const command = parent
    .command('build [path...]')
    .description('make a bundle, for lapse elsewhere (policy.bundles) or for OPA');
  command
    .option('-o, --output <file>', 'the bundle', 'bundle.tar.gz')
    .addOption(
      new Option('--target <target>', 'sources, or a policy that needs no others, for OPA')
        .choices(['rego', 'wasm'])
        .default('rego'),
    )
    .option('--revision <name>', 'what the bundle is called in decisions; the hash of its content by default')
    .option('--signing-key <file>', 'sign it, as OPA does: a private key (PEM), or the secret of an HMAC algorithm')
    .option('--signing-alg <name>', 'RS256, PS256, ES256, HS256, …', 'RS256')
    .option('--signing-key-id <id>', 'what verifiers know the key by', 'default')
    .action(async (paths: readonly string[]) => {
      const options = command.optsWithGlobals<BundleOptions>();
      exit(await buildPolicies(await loadPolicySet(paths, options, cli), options, cli));
    });
}

function configureExplain(parent: Command, cli: CliContext, exit: Exit): void {
  const command = parent
    .command('explain [rule] [subject]')
    .description('why a rule says what it says, or nothing: the statements and values that led to it');
  command
    .option(
      '--input <file>',
      'about this input (- for stdin) in place of the inventory; without a rule, the access decision',
    )
    .option('--all', 'also what did not hold, and the inside of helpers')
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
  lapse policy explain key-too-old ci-deploy    what a rule says of a row of the inventory
  lapse policy explain 3f9ac1d2                 a finding, by the beginning of its fingerprint
  lapse policy explain --input request.json     an access decision`,
    )
    .action(async (rule: string | undefined, subject: string | undefined) => {
      exit(await explain(rule, subject, command.optsWithGlobals<ExplainOptions>(), cli));
    });
}

function configureNew(parent: Command, cli: CliContext): void {
  const command = parent.command('new').description('a policy to start from, with a test that passes');
  command
    .addArgument(new Argument('[kind]', 'what it answers').choices(Object.keys(SCAFFOLDS)))
    .argument('[id]', 'subject first, fact second: key-in-production')
    .option('--template <name>', 'in place of both: a copy of an access policy of rego/templates')
    .option('--in <folder>', 'of policies; the first of policy.paths by default')
    .action(async (kind: ScaffoldKind | undefined, id: string | undefined) => {
      const { template, ...options } = command.optsWithGlobals<NewPolicyOptions & { readonly template?: string }>();
      if (template !== undefined && kind === undefined) await newFromTemplate(template, options, cli);
      else if (template === undefined && kind !== undefined && id !== undefined)
        await newPolicy(kind, id, options, cli);
      else throw new AppError('ERR_USAGE', 'new needs a kind and an id, or --template');
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
