import { memberOf } from '../../src/iam/gcp/member.ts';
import { isContainer, nodeOf } from '../../src/iam/gcp/resource-name.ts';
import type { Node } from '../../src/scan/formats/node.ts';
import { textAt } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';
import { itemsOf, present, textOf } from './fields.ts';
import { nameMember } from './members.ts';
import { nameRole } from './roles.ts';

/** What a policy is attached to. */
export interface Attached {
  /** The resource's full name as it is written, or `projects/acme`. */
  readonly resource: string;
  /** The container that holds it, or itself if it is one; empty where that is not known. */
  readonly scope: string;
}

/** What a resource's policy is attached to, below the containers that are known. */
export function attachedTo(resource: string, containers: readonly string[]): Attached {
  const node = nodeOf(resource);
  return { resource, scope: isContainer(node) ? node : (containers.at(-1) ?? '') };
}

/**
 * Reads an allow policy: one grant per member of each binding, which names the role and not its permissions. Bindings of one role
 * with different conditions are different grants.
 */
export function readPolicy(policy: Node, { resource, scope }: Attached, facts: Facts): void {
  for (const binding of itemsOf(policy, 'bindings')) {
    const role = textOf(binding, 'role');
    if (role === undefined) {
      facts.problem(`a binding of ${resource} without a role`, binding);
      continue;
    }
    nameRole(role, facts, binding);
    const condition = conditionOf(binding);
    for (const item of itemsOf(binding, 'members')) {
      const text = textAt(item);
      if (text === undefined) facts.problem(`a member of ${role} on ${resource} that is no text`, item);
      else {
        facts.grant(
          {
            principal: nameMember(memberOf(text), facts, item),
            actions: [`role:${role}`],
            resources: [resource],
            ...(condition === undefined ? {} : { condition }),
            scope,
            via: [`binding:${role}`],
          },
          item,
        );
      }
    }
  }
}

/** A CEL condition; the title is for people. */
export function conditionOf(around: Node, name = 'condition') {
  const expression = textOf(around, name, 'expression');
  return expression === undefined ? undefined : present({ title: textOf(around, name, 'title'), expression });
}
