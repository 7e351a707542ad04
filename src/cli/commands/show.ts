import { type AccessGraph, buildAccessGraph } from '../../graph/access-graph.ts';
import { joinInventory } from '../../graph/join-inventory.ts';
import { adminPaths } from '../../graph/paths.ts';
import { grantsOf } from '../../graph/subjects.ts';
import { evaluateAll } from '../../iam/index.ts';
import type { Finding } from '../../model/finding.ts';
import { formatLocation } from '../../model/location.ts';
import { escapeControl, safeJson } from '../../report/escape.ts';
import { describeNode, pathLines, proviso } from '../../report/path-lines.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { findEntity } from '../entity.ts';
import { withWorkspace } from '../workspace.ts';

/** `lapse show ID`: one row of the inventory whole: facts, places, permissions, findings, and the path to admin. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    command
      .argument('<id>', 'id, provider id, name, place (path:line) or beginning of a fingerprint')
      .option('--format <format>', 'terminal or json', 'terminal')
      .action(async (asked: string) => {
        const options = command.optsWithGlobals<GlobalOptions & { format: string }>();
        await withWorkspace(cli, options, async ({ store }) => {
          const inventory = joinInventory(await store.inventory());
          const graph = buildAccessGraph(inventory, evaluateAll(inventory));
          const id = findEntity(asked, graph);
          const findings = (await store.findings()).filter((finding) => finding.subject === id);
          const text =
            options.format === 'json'
              ? `${safeJson(asJson(id, graph, findings))}\n`
              : `${lines(id, graph, findings, cli.now()).map(escapeControl).join('\n')}\n`;
          cli.stdout.write(text);
        });
        exit(0);
      });
  },
};

function lines(id: string, graph: AccessGraph, findings: readonly Finding[], now: Date): readonly string[] {
  const { inventory, effective } = graph;
  const row = inventory.secrets.get(id) ?? inventory.credentials.get(id) ?? inventory.principals.get(id);
  const path = adminPaths(graph)(id);
  const holder = path?.steps.find((step) => inventory.principals.has(step.to))?.to ?? id;
  const permissions = effective.get(holder);
  return [
    describeNode(id, graph, now),
    `  id ${id}`,
    ...section('places', row?.locations.map(formatLocation) ?? []),
    ...section('owner', ownerLines(holder, graph)),
    ...section('path to what it can do', path === undefined ? [] : pathLines(path, graph, now)),
    ...section(
      'effective permissions',
      permissions?.privileges.map((privilege) => `${privilege.id}: ${privilege.what}${proviso(privilege.answer)}`) ??
        [],
    ),
    ...section(
      'grants',
      grantsOf(graph, holder).map((grant) => {
        const actions =
          grant.actions.length > 0 ? grant.actions : (grant.notActions ?? []).map((action) => `not ${action}`);
        const resources =
          grant.resources.length > 0 ? grant.resources : (grant.notResources ?? []).map((item) => `not ${item}`);
        return `${grant.effect} ${actions.join(', ')} on ${resources.join(', ')} (${grant.via.join(' › ')})`;
      }),
    ),
    ...section('not seen', permissions?.unseen ?? []),
    ...section(
      'findings',
      findings.map((finding) => `${finding.severity} ${finding.rule}: ${finding.message}`),
    ),
  ];
}

function ownerLines(principal: string, { inventory }: AccessGraph): readonly string[] {
  const owner = inventory.principals.get(principal)?.owner;
  return owner === undefined ? [] : [`${owner.value} (${owner.source})`];
}

function section(title: string, content: readonly string[]): readonly string[] {
  return content.length === 0 ? [] : ['', title, ...content.map((line) => `  ${line}`)];
}

function asJson(id: string, graph: AccessGraph, findings: readonly Finding[]): object {
  const { inventory, effective, matches } = graph;
  const match = matches.get(id);
  const principal = match?.principal?.id ?? inventory.credentials.get(id)?.principal ?? id;
  return {
    schema: 'lapse.show/1',
    id,
    secret: inventory.secrets.get(id) ?? null,
    credential: match?.credential ?? inventory.credentials.get(id) ?? null,
    principal: inventory.principals.get(principal) ?? null,
    grants: grantsOf(graph, principal),
    effective: effective.get(principal) ?? null,
    path: adminPaths(graph)(id) ?? null,
    findings,
  };
}
