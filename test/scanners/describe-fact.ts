import type { Fact } from '../../src/model/fact.ts';
import { formatLocation } from '../../src/model/location.ts';

/** A fact in one line, ids by content left out: what a fixture's `expected.json` lists. */
export function describeFact(fact: Fact): string {
  const places = fact.body.locations.map((location) => formatLocation(location)).join(' ');
  switch (fact.kind) {
    case 'principal': {
      const { id, seen, owner, environment, createdAt, attributes } = fact.body;
      const more = [
        owner === undefined ? '' : ` owner=${owner.value} (${owner.source})`,
        environment === undefined ? '' : ` environment=${environment}`,
        createdAt === undefined ? '' : ` created=${createdAt}`,
        attributes === undefined ? '' : ` ${JSON.stringify(attributes)}`,
      ];
      return `principal ${id} ${seen} @ ${places}${more.join('')}`;
    }
    case 'grant': {
      const { principal, actions, resources, resourceNames, scope, via, unknownContent } = fact.body;
      const names = resourceNames === undefined ? '' : ` named ${resourceNames.join(',')}`;
      const what = unknownContent ? 'unknown' : `${actions.join(',')} ${resources.join(',')}`;
      return `grant ${principal} may ${what}${names} in ${scope} via ${via.join(',')} @ ${places}`;
    }
    case 'trust': {
      const { principal, subject, how, declaredBy, condition } = fact.body;
      const who = subject.kind === 'principal' ? subject.id : JSON.stringify(subject);
      const when = condition === undefined ? '' : ` if ${JSON.stringify(condition)}`;
      return `trust ${who} ${how} ${principal} by ${declaredBy}${when} @ ${places}`;
    }
    case 'credential': {
      const { id, principal, status, createdAt, expiryUnknown } = fact.body;
      const more = `${createdAt === undefined ? '' : ` created=${createdAt}`}${expiryUnknown ? ' expiry unknown' : ''}`;
      return `credential ${id} of ${principal} ${status} @ ${places}${more}`;
    }
    default:
      return JSON.stringify(fact);
  }
}
