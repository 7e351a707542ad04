import { type Command, InvalidArgumentError, Option } from 'commander';
import { AppError } from '../../errors.ts';
import type { AccessGraph } from '../../graph/access-graph.ts';
import { type AccessPath, adminPaths, pathTo, type Reach, reachable, reaching } from '../../graph/paths.ts';
import { escapeControl } from '../../report/escape.ts';
import { pathLines } from '../../report/path-lines.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { type CliContext, EXIT } from '../context.ts';
import { findEntity } from '../entity.ts';
import { dot, mermaid } from '../inventory/graph-drawing.ts';
import { nodeJson, nodesOf, pathJson } from '../inventory/graph-json.ts';
import { provenPathLines } from '../inventory/graph-text.ts';
import { jsonPieces } from '../inventory/json-pieces.ts';
import { AS_OF, type InventoryView, openView, pointJson } from '../inventory/view.ts';
import { writeOutput } from '../output.ts';
import { withWorkspace } from '../workspace.ts';

interface GraphOptions extends GlobalOptions {
  readonly to?: string;
  readonly from?: string;
  readonly reverse?: boolean;
  readonly depth?: number;
  readonly platform: readonly string[];
  readonly asOf?: string;
  readonly format: string;
  readonly output?: string;
}

/** What was asked for, found. */
interface Drawn {
  /** Where the way would begin; of `--reverse`, where it ends. */
  readonly start: string;
  readonly paths: readonly AccessPath[];
  /** One path was asked for, rather than everything around. */
  readonly single: boolean;
  readonly nothing: string;
}

/**
 * `lapse graph ID`: what can be reached from it (the blast radius) or, with `--reverse`, who reaches it; with `--to` or `--from` the
 * shortest path, every step with what proves it.
 */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addOptions(command).action(async (asked: string) => {
      const options = command.optsWithGlobals<GraphOptions>();
      if (options.to !== undefined && (options.from !== undefined || options.reverse === true))
        throw new AppError('ERR_USAGE', '--to is the other way round than --from and --reverse: give one');
      const code = await withWorkspace(cli, options, async ({ store }) => {
        const { asOf } = options;
        const view = await openView(store, { ...(asOf === undefined ? {} : { asOf }), now: cli.now() });
        const drawn = draw(findEntity(asked, view), options, view.graph());
        writeOutput(cli, render(drawn, options, view, cli), options.output);
        if (drawn.paths.length > 0 || !isUnread(drawn.start, view.graph())) return EXIT.clean;
        cli.stderr.write(
          `${escapeControl(`nothing was read of ${drawn.start}: that there is no way cannot be told`)}\n`,
        );
        return EXIT.incomplete;
      });
      exit(code);
    });
  },
};

function addOptions(command: Command): Command {
  return command
    .argument('<id>', 'id, provider id, name, place (path:line) or beginning of a fingerprint')
    .option('--to <id>', 'the shortest path to this row, or to "admin"')
    .option('--from <id>', 'the shortest path from this row')
    .option('--reverse', 'who reaches it, instead of what it reaches')
    .addOption(new Option('--in', 'the same as --reverse').implies({ reverse: true }).hideHelp())
    .option('--depth <steps>', 'so many steps at most', wholeNumber)
    .option(
      '--platform <platform>',
      'tell of rows of this platform; may be repeated',
      (value, known: readonly string[]) => [...known, ...value.split(',')],
      [],
    )
    .option('--as-of <point>', `as it was: ${AS_OF}`)
    .addOption(
      new Option('--format <format>', 'form of the output')
        .choices(['terminal', 'json', 'dot', 'mermaid'])
        .default('terminal'),
    )
    .option('-o, --output <file>', 'write to a file');
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('expected a number of steps.');
  return Number(text);
}

function draw(id: string, { to, from, reverse, depth, platform }: GraphOptions, graph: AccessGraph): Drawn {
  const one = (start: string, path: AccessPath | undefined, nothing: string): Drawn => {
    const short = path !== undefined && path.steps.length <= (depth ?? Number.POSITIVE_INFINITY);
    return { start, paths: short ? [path] : [], single: true, nothing };
  };
  if (to === 'admin') return one(id, adminPaths(graph)(id), 'no path leads to admin');
  if (to !== undefined) return one(id, pathTo(graph, id, findEntity(to, graph)), `no path leads to ${to}`);
  if (from !== undefined) {
    const start = findEntity(from, graph);
    return one(start, pathTo(graph, start, id), `no path leads from ${from}`);
  }
  const reach: Reach = {
    ...(depth === undefined ? {} : { depth }),
    ...(platform.length === 0 ? {} : { shows: (node) => platform.includes(platformOf(node, graph) ?? '') }),
  };
  return reverse === true
    ? { start: id, paths: reaching(graph, id, reach), single: false, nothing: 'nothing reaches it' }
    : { start: id, paths: reachable(graph, id, reach), single: false, nothing: 'nothing can be reached from it' };
}

/** Whether nothing is known of what a node, or the principal behind it, can do. */
function isUnread(node: string, { inventory, matches, effective }: AccessGraph): boolean {
  const holder = matches.get(node)?.principal?.id ?? inventory.credentials.get(node)?.principal ?? node;
  return inventory.principals.get(holder)?.seen === 'referenced' && !effective.has(holder);
}

function platformOf(node: string, { inventory }: AccessGraph): string | undefined {
  const { principals, credentials, secrets } = inventory;
  return (principals.get(node) ?? credentials.get(node) ?? secrets.get(node))?.platform;
}

function render(
  { paths, single, nothing }: Drawn,
  { format }: GraphOptions,
  view: InventoryView,
  cli: CliContext,
): Iterable<string> & object {
  const graph = view.graph();
  const now = cli.now();
  switch (format) {
    case 'json': {
      const nodes = nodesOf(paths).map((id) => nodeJson(id, graph));
      return jsonPieces({ schema: 'lapse.graph/1', as_of: pointJson(view), nodes }, 'paths', paths, (path) =>
        pathJson(path, graph),
      );
    }
    case 'dot':
      return [dot(paths, graph, now)];
    case 'mermaid':
      return [mermaid(paths, graph, now)];
    default: {
      if (paths.length === 0) return [`${escapeControl(nothing)}\n`];
      const lines = single ? provenPathLines : pathLines;
      return [`${paths.map((path) => lines(path, graph, now).map(escapeControl).join('\n')).join('\n\n')}\n`];
    }
  }
}
