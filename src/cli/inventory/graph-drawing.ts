import type { AccessGraph } from '../../graph/access-graph.ts';
import type { Edge } from '../../graph/edge.ts';
import type { AccessPath } from '../../graph/paths.ts';
import { formatLocation } from '../../model/location.ts';
import { escapeControl } from '../../report/escape.ts';
import { describeNode } from '../../report/path-lines.ts';
import { evidenceRows } from './evidence.ts';
import { nodesOf } from './graph-json.ts';

/** Names may be as long as their authors like; a drawing has no use for that. */
const LONGEST = 160;

/** Graphviz' language. Nodes are named by their ids; what depends on conditions is dashed. */
export function dot(paths: readonly AccessPath[], graph: AccessGraph, now: Date): string {
  const nodes = nodesOf(paths).map((id) => `  ${quoteDot(id)} [label=${quoteDot(nodeLabel(id, graph, now))}];`);
  const edges = edgesOf(paths).map((edge) => {
    const style = edge.answer === 'yes' ? '' : ', style=dashed';
    return `  ${quoteDot(edge.from)} -> ${quoteDot(edge.to)} [label=${quoteDot(edgeLabel(edge, graph))}${style}];`;
  });
  return `digraph lapse {\n${[...nodes, ...edges].map((line) => `${line}\n`).join('')}}\n`;
}

/** Mermaid's flowcharts. Names stand in quotes, with every character as an entity that could mean something. */
export function mermaid(paths: readonly AccessPath[], graph: AccessGraph, now: Date): string {
  const names = new Map(nodesOf(paths).map((id, index) => [id, `n${index}`]));
  const nodes = [...names].map(([id, name]) => `  ${name}["${quoteMermaid(nodeLabel(id, graph, now))}"]`);
  const edges = edgesOf(paths).map((edge) => {
    const arrow = edge.answer === 'yes' ? '-->' : '-.->';
    const label = quoteMermaid(edgeLabel(edge, graph));
    return `  ${names.get(edge.from)} ${arrow}|"${label}"| ${names.get(edge.to)}`;
  });
  return `flowchart LR\n${[...nodes, ...edges].map((line) => `${line}\n`).join('')}`;
}

/** Every edge of some paths once. */
function edgesOf(paths: readonly AccessPath[]): readonly Edge[] {
  const edges = new Map<string, Edge>();
  for (const { steps } of paths) {
    for (const step of steps) edges.set(`${step.from}\n${step.to}\n${step.how}`, step);
  }
  return [...edges.values()];
}

function nodeLabel(id: string, graph: AccessGraph, now: Date): string {
  return shorten(describeNode(id, graph, now));
}

/** How one has the other, and the first place that proves it. */
function edgeLabel(edge: Edge, graph: AccessGraph): string {
  const [proof] = evidenceRows(edge.evidence, graph.inventory).filter(({ location }) => location !== null);
  const place = proof?.location ?? edge.locations[0];
  const uses = edge.uses.length === 0 ? '' : `: ${edge.uses.join(' + ')}`;
  return `${shorten(`${edge.how}${uses}`)}${place === undefined ? '' : ` [${shorten(formatLocation(place))}]`}`;
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length <= LONGEST ? text : `${characters.slice(0, LONGEST - 1).join('')}…`;
}

/** A quoted string of DOT: a quote is written with a backslash, and a label takes a backslash for the start of an escape. */
function quoteDot(text: string): string {
  return `"${escapeControl(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;')}"`;
}

/** What is neither a letter, a digit nor harmless becomes `#CODE;`, which Mermaid shows as the character. */
function quoteMermaid(text: string): string {
  return escapeControl(text).replace(/[^\p{L}\p{N} .,:/@_+=→…-]/gu, (character) => `#${character.codePointAt(0)};`);
}
