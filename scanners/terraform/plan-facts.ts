import type { Fact } from '../../src/model/fact.ts';
import { contentId } from '../../src/model/id.ts';

/**
 * What a plan says: what is there now as it is, and what comes marked as planned, so that nobody takes one for the other.
 *
 * | fact | mark |
 * | --- | --- |
 * | principal, credential | attribute `planned`: `create` or `delete`; what stays has none |
 * | grant | `planned` is the first step of its `via` |
 * | trust, secret | none: the principal has it, and a value in a plan is there already |
 *
 * @param later - undefined where the file is no plan
 */
export function* planFacts(now: readonly Fact[], later: readonly Fact[] | undefined): Generator<Fact> {
  const current = new Set(now.map(keyOf));
  const stays = later === undefined ? undefined : new Set(later.map(keyOf));
  for (const fact of now) yield stays === undefined || stays.has(keyOf(fact)) ? fact : marked(fact, 'delete');
  for (const fact of later ?? []) if (!current.has(keyOf(fact))) yield marked(fact, 'create');
}

function keyOf({ kind, body }: Fact): string {
  return `${kind} ${body.id}`;
}

function marked(fact: Fact, planned: 'create' | 'delete'): Fact {
  switch (fact.kind) {
    case 'principal':
      // Who is only named is not what the plan makes.
      return fact.body.seen === 'referenced'
        ? fact
        : { kind: 'principal', body: { ...fact.body, attributes: { ...fact.body.attributes, planned } } };
    case 'credential':
      return { kind: 'credential', body: { ...fact.body, attributes: { ...fact.body.attributes, planned } } };
    case 'grant': {
      // What is going is there until it is gone.
      if (planned === 'delete') return fact;
      const { id: _, locations, ...content } = fact.body;
      const marks = { ...content, via: ['planned', ...content.via] };
      return { kind: 'grant', body: { id: contentId('grant', { ...marks }), ...marks, locations } };
    }
    default:
      return fact;
  }
}
