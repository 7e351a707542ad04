import type { Fact } from '../../src/model/fact.ts';
import { formatLocation } from '../../src/model/location.ts';
import type { Usage } from '../../src/model/usage.ts';

/** A fact in one line, ids by content left out: what a fixture's `expected.json` lists. */
export function describeFact(fact: Fact): string {
  const places = fact.body.locations.map((location) => formatLocation(location)).join(' ');
  switch (fact.kind) {
    case 'principal': {
      const { id, seen, owner, environment, createdAt, attributes, usage } = fact.body;
      const more = [
        owner === undefined ? '' : ` owner=${owner.value} (${owner.source})`,
        environment === undefined ? '' : ` environment=${environment}`,
        createdAt === undefined ? '' : ` created=${createdAt}`,
        describeUsage(usage),
        attributes === undefined ? '' : ` ${JSON.stringify(attributes)}`,
      ];
      return `principal ${id} ${seen} @ ${places}${more.join('')}`;
    }
    case 'grant': {
      const { principal, effect, role, actions, notActions, resources, notResources } = fact.body;
      const { resourceNames, condition, scope, via, unknownContent } = fact.body;
      const names = resourceNames === undefined ? '' : ` named ${resourceNames.join(',')}`;
      const allBut = (list: readonly string[] | undefined) => (list === undefined ? '' : `!${list.join(',!')}`);
      const [action, resource] = [actions.join(',') + allBut(notActions), resources.join(',') + allBut(notResources)];
      const what = unknownContent ? 'unknown' : `${action} ${resource}`;
      const verb = role === 'boundary' ? 'is bounded:' : effect === 'deny' ? 'must not' : 'may';
      const when = condition === undefined ? '' : ` if ${JSON.stringify(condition)}`;
      return `grant ${principal} ${verb} ${what}${names}${when} in ${scope} via ${via.join(',')} @ ${places}`;
    }
    case 'trust': {
      const { principal, effect, subject, how, declaredBy, condition } = fact.body;
      const who = subject.kind === 'principal' ? subject.id : JSON.stringify(subject);
      const when = condition === undefined ? '' : ` if ${JSON.stringify(condition)}`;
      const verb = effect === 'deny' ? `not ${how}` : how;
      return `trust ${who} ${verb} ${principal} by ${declaredBy}${when} @ ${places}`;
    }
    case 'credential': {
      const { id, principal, status, createdAt, expiresAt, expiryUnknown, usage, join, attributes } = fact.body;
      const more = [
        createdAt === undefined ? '' : ` created=${createdAt}`,
        expiresAt === undefined ? '' : ` expires=${expiresAt}`,
        expiryUnknown ? ' expiry unknown' : '',
        describeUsage(usage),
        join === undefined ? '' : ` joined by ${join.by} (${join.confidence})`,
        attributes === undefined ? '' : ` ${JSON.stringify(attributes)}`,
      ];
      return `credential ${id} of ${principal} ${status} @ ${places}${more.join('')}`;
    }
    default:
      return JSON.stringify(fact);
  }
}

function describeUsage(usage: Usage | undefined): string {
  if (usage === undefined) return '';
  const { lastUsedAt, never, service, region, source, asOf, confidence } = usage;
  const when = lastUsedAt ?? (never === true ? 'never' : 'unknown');
  const where = [service, region].filter((part) => part !== undefined).map((part) => ` ${part}`);
  return ` used=${when}${where.join('')} (${source}${asOf === undefined ? '' : ` of ${asOf}`}, ${confidence})`;
}
