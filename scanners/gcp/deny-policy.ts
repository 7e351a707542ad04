import { memberOf } from '../../src/iam/gcp/member.ts';
import { nodeOf } from '../../src/iam/gcp/resource-name.ts';
import type { Node } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';
import { field, itemsOf, present, textOf, textsOf } from './fields.ts';
import { nameMember } from './members.ts';

const NAME = /^policies\/([^/]+)\/denypolicies\/(.+)$/;

/**
 * Reads a deny policy: one grant with the effect `deny` per rule and denied principal, attached where the policy is. What the rule
 * leaves out stands in the grant's condition, together with the rule's own.
 *
 * A listing has no rules. Then it is known that something is denied there and not what, which is a grant of unknown content.
 */
export function readDenyPolicy(record: Node, facts: Facts): void {
  const name = textOf(record, 'name') ?? '';
  const [, point, id] = NAME.exec(name) ?? [];
  const scope = nodeOf(`//${decoded(point ?? '')}`);
  if (point === undefined || scope.startsWith('//')) {
    facts.problem('a deny policy whose name does not say what it is attached to', record);
    return;
  }
  const via = `deny-policy:${scope}/${id}`;
  if (field(record, 'rules') === undefined) {
    facts.notice(`the rules of a deny policy of ${scope} are not in a listing: get each policy`, record);
    const everybody = nameMember(memberOf('allUsers'), facts, record);
    facts.grant(
      {
        principal: everybody,
        effect: 'deny',
        actions: [],
        resources: [scope],
        scope,
        via: [via],
        unknownContent: true,
      },
      record,
    );
    return;
  }
  for (const [index, rule] of itemsOf(record, 'rules').entries()) {
    const denied = field(rule, 'denyRule');
    if (denied !== undefined) readRule(denied, { scope, via: [via, `rule:${index}`] }, facts);
  }
}

function readRule(rule: Node, at: { readonly scope: string; readonly via: readonly string[] }, facts: Facts): void {
  const condition = present({
    exception_principals: optional(
      textsOf(rule, 'exceptionPrincipals').map((text) => nameMember(memberOf(text), facts, rule)),
    ),
    exception_permissions: optional(textsOf(rule, 'exceptionPermissions')),
    expression: textOf(rule, 'denialCondition', 'expression'),
  });
  for (const denied of itemsOf(rule, 'deniedPrincipals')) {
    if (denied.kind !== 'scalar') continue;
    facts.grant(
      {
        principal: nameMember(memberOf(denied.text), facts, denied),
        effect: 'deny',
        actions: textsOf(rule, 'deniedPermissions'),
        resources: [at.scope],
        ...(Object.keys(condition).length === 0 ? {} : { condition }),
        ...at,
      },
      rule,
    );
  }
}

function optional(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** An attachment point is URL-encoded inside of the policy's name. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
