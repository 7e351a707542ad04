import type { Fact } from '../../src/model/fact.ts';
import { contentId, credentialId, principalId } from '../../src/model/id.ts';
import type { Stack } from './stack.ts';
import { BY_LOGICAL_ID, OWN_ACCOUNT } from './template.ts';

const UNKNOWN = `\${cfn:`;
const LOGICAL = new RegExp(`arn:aws:iam::${BY_LOGICAL_ID}:[a-z-]+/`, 'g');

/**
 * A fact under the ids of its stack: what has no ARN yet is `<stack>/<logical id>`, whatever is only known when the stack is there
 * `${<stack>:Parameter}`, and the account `<stack>`.
 *
 * @param declared whether the template may not have been made yet: principals and credentials then have the attribute `planned`,
 *   and `declared` is the first step of a grant's `via`
 */
export function ofStack(fact: Fact, stack: Stack, declared: boolean): Fact {
  const { kind, body } = renamed(fact, stack);
  switch (kind) {
    case 'principal': {
      const id = principalId(body.platform, body.kind, body.nativeId);
      if (body.seen === 'referenced') return { kind, body: { ...body, id } };
      const attributes = { ...body.attributes, stack: stack.name, ...(declared ? { planned: 'declared' } : {}) };
      return { kind, body: { ...body, id, attributes } };
    }
    case 'credential': {
      const id = credentialId(body.platform, body.kind, body.nativeId);
      const attributes = { ...body.attributes, stack: stack.name, ...(declared ? { planned: 'declared' } : {}) };
      return { kind, body: { ...body, id, attributes } };
    }
    case 'grant': {
      const { id: _, locations, ...content } = body;
      const said = declared ? { ...content, via: ['declared', ...content.via] } : content;
      return { kind, body: { id: contentId('grant', { ...said }), ...said, locations } };
    }
    case 'trust': {
      const { id: _, locations, ...content } = body;
      return { kind, body: { id: contentId('trust', { ...content }), ...content, locations } };
    }
    default:
      return fact;
  }
}

/** All texts of a fact. Places have none of these. */
function renamed(fact: Fact, { name }: Stack): Fact {
  const text = (value: string) =>
    value
      .replaceAll(LOGICAL, () => `${name}/`)
      .replaceAll(OWN_ACCOUNT, () => name)
      .replaceAll(BY_LOGICAL_ID, () => name)
      .replaceAll(UNKNOWN, () => `\${${name}:`);
  const within = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(within);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [text(key), within(member)]));
  };
  return { kind: fact.kind, body: { ...(within(fact.body) as object), locations: fact.body.locations } } as Fact;
}
