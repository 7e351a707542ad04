import type { JsonObject } from '../../src/model/json.ts';
import type { Place } from '../../src/scan/formats/node.ts';
import type { FileFacts } from '../file-facts.ts';

/** An agent as one file speaks of it. */
export interface Agent {
  readonly id: string;
  readonly nativeId: string;
  readonly scope: readonly string[];
  /** Of an agent that a client runs: whose servers it uses, but for those that it brings along. */
  readonly parent?: { readonly nativeId: string; readonly own: ReadonlySet<string> };
}

/**
 * What a client runs in a project (or in a home) is one agent, however many files speak of it.
 *
 * @param base the repository, or `local`, and the folder in it.
 */
export function tellAgent(facts: FileFacts, base: string, client: string, more: JsonObject, place: Place): Agent {
  const nativeId = `${base}#${client}`;
  const scope = base.split('/');
  const attributes = { client, ...more };
  return {
    id: facts.principal({ kind: 'agent', nativeId, name: nativeId, scope, attributes }, place),
    nativeId,
    scope,
  };
}

/** The native id of a server of an agent. */
export function serverOf(agent: Agent, name: string): string {
  const { nativeId, parent } = agent;
  return parent === undefined || parent.own.has(name) ? `${nativeId}/${name}` : `${parent.nativeId}/${name}`;
}

/**
 * Says which tools an agent may use.
 *
 * @param how `asked` where somebody is asked each time; such a grant is no standing one.
 */
export function tellTools(
  facts: FileFacts,
  agent: Agent,
  tools: readonly string[],
  resource: string,
  how: 'always' | 'asked' | 'never',
  place: Place,
): void {
  if (tools.length === 0) return;
  facts.grant(
    {
      principal: agent.id,
      effect: how === 'never' ? 'deny' : 'allow',
      actions: tools,
      resources: [resource],
      ...(how === 'asked' ? { condition: { approval: 'each use' } } : {}),
      scope: agent.nativeId,
      via: ['agent-settings'],
    },
    place,
  );
}
