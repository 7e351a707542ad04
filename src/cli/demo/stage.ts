import { Readable, Writable } from 'node:stream';
import { makeStyle, type Style } from '../../report/style.ts';
import type { CliContext } from '../context.ts';

/** Runs one command line; the command line itself, handed in because it knows the demo. */
export type RunCommand = (argv: readonly string[], cli: CliContext) => Promise<number>;

interface CommandOptions {
  /** Environment that a user would type in front of the command. */
  readonly env?: Readonly<Record<string, string>>;
  /** Lines of output that are shown; the rest is counted. */
  readonly show?: number;
  /** What is shown, made of what was printed: to leave a credential out. */
  readonly redact?: (output: string) => string;
  readonly expect: readonly number[];
}

/** What a command printed. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
}

/** Tells the story: a heading for each step, the command that a user would type, and what it prints. */
export class Stage {
  readonly #cli: CliContext;
  readonly #run: RunCommand;
  readonly #env: Readonly<Record<string, string>>;
  readonly #style: Style;
  #step = 0;

  /** @param env - of every command: the settings of whoever runs the demo have no part in it. */
  constructor(cli: CliContext, run: RunCommand, env: Readonly<Record<string, string>>) {
    this.#cli = cli;
    this.#run = run;
    this.#env = env;
    this.#style = makeStyle(cli.color);
  }

  heading(text: string): void {
    this.#step++;
    this.say(`\n${this.#style.bold(`${this.#step}. ${text}`)}`);
  }

  say(text: string): void {
    this.#cli.stdout.write(`${text}\n`);
  }

  /** Something that is done beside lapse, shown like a command. */
  typed(command: string): void {
    this.say(this.#style.dim(`$ ${command}`));
  }

  /**
   * Runs a command of lapse in a folder.
   *
   * @throws {Error} when it ends with another code than one of those that are expected: the demo is a test of itself.
   */
  async lapse(cwd: string, argv: readonly string[], options: CommandOptions): Promise<CommandResult> {
    const prefix = Object.keys(options.env ?? {}).map((name) => `${name}=… `);
    this.typed(`${prefix.join('')}lapse ${argv.map(quote).join(' ')}`);
    const stdout = new Collector();
    const stderr = new Collector();
    const code = await this.#run(argv, {
      stdout,
      stderr,
      stdin: Readable.from(['']),
      env: { ...this.#cli.env, ...this.#env, ...options.env },
      cwd,
      color: this.#cli.color,
      now: this.#cli.now,
    });
    const result = { stdout: stdout.text, stderr: stderr.text };
    if (!options.expect.includes(code)) {
      throw new Error(`lapse ${argv[0]} ended with ${code}:\n${result.stdout}${result.stderr}`);
    }
    this.#print((options.redact ?? String)(`${result.stdout}${result.stderr}`), options.show ?? 40);
    return result;
  }

  #print(output: string, show: number): void {
    const lines = output.trimEnd().split('\n');
    for (const line of lines.slice(0, show)) this.say(line === '' ? '' : `  ${line}`);
    if (lines.length > show) this.say(this.#style.dim(`  … ${lines.length - show} more lines`));
  }
}

/** As a shell wants it. */
function quote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

class Collector extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}
