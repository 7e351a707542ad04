import { AppError } from '../../errors.ts';
import { type AccessGraph, buildAccessGraph } from '../../graph/access-graph.ts';
import { joinInventory } from '../../graph/join-inventory.ts';
import { type AccessPath, adminPaths, reachable } from '../../graph/paths.ts';
import { evaluateAll } from '../../iam/index.ts';
import { escapeControl, safeJson } from '../../report/escape.ts';
import { pathLines } from '../../report/path-lines.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { findEntity } from '../entity.ts';
import { withWorkspace } from '../workspace.ts';

interface GraphOptions extends GlobalOptions {
  readonly to?: string;
  readonly format: string;
}

/** `lapse graph ID`: what can be reached from it (the blast radius), or with `--to` the shortest path to one row or to `admin`. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    command
      .argument('<id>', 'id, provider id, name, place (path:line) or beginning of a fingerprint')
      .option('--to <id>', 'the shortest path to this row, or to "admin"')
      .option('--format <format>', 'terminal, json or dot', 'terminal')
      .action(async (asked: string) => {
        const options = command.optsWithGlobals<GraphOptions>();
        await withWorkspace(cli, options, async ({ store }) => {
          const inventory = joinInventory(await store.inventory());
          const graph = buildAccessGraph(inventory, evaluateAll(inventory));
          const paths = findPaths(findEntity(asked, graph), options.to, graph);
          cli.stdout.write(render(paths, options, graph, cli.now()));
        });
        exit(0);
      });
  },
};

function findPaths(from: string, to: string | undefined, graph: AccessGraph): readonly AccessPath[] {
  if (to === undefined) return reachable(graph, from);
  const goal = to === 'admin' ? undefined : findEntity(to, graph);
  const path =
    goal === undefined ? adminPaths(graph)(from) : reachable(graph, from).find((candidate) => candidate.to === goal);
  return path === undefined ? [] : [path];
}

function render(paths: readonly AccessPath[], { format, to }: GraphOptions, graph: AccessGraph, now: Date): string {
  switch (format) {
    case 'terminal':
      if (paths.length === 0) return to === undefined ? 'nothing can be reached from it\n' : `no path leads to ${to}\n`;
      return `${paths.map((path) => pathLines(path, graph, now).map(escapeControl).join('\n')).join('\n\n')}\n`;
    case 'json':
      return `${safeJson({ schema: 'lapse.graph/1', paths })}\n`;
    case 'dot':
      return dot(paths);
    default:
      throw new AppError('ERR_USAGE', `unknown format ${JSON.stringify(format)}`, {
        hint: 'one of terminal, json, dot',
      });
  }
}

/** Graphviz' language; names are quoted as its grammar asks. */
function dot(paths: readonly AccessPath[]): string {
  const quote = (text: string) => `"${escapeControl(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const edges = new Set(
    paths.flatMap(({ steps }) =>
      steps.map((step) => {
        const style = step.answer === 'yes' ? '' : ', style=dashed';
        return `  ${quote(step.from)} -> ${quote(step.to)} [label=${quote(step.how)}${style}];`;
      }),
    ),
  );
  return `digraph lapse {\n${[...edges].join('\n')}\n}\n`;
}
