import type { Grant } from '../../src/model/grant.ts';
import { contentId } from '../../src/model/id.ts';
import type { Location } from '../../src/model/location.ts';
import type { PolicyDocument } from './policy-document.ts';

/** To whom and as what a policy is attached. */
export interface Attachment {
  /** Inventory id of the user, role or group. */
  readonly holder: string;
  /** Account id of the holder. */
  readonly scope: string;
  readonly role: Grant['role'];
  /** ARN of a managed policy, name of an inline one. */
  readonly policy: string;
  /** Where the attachment stands, when that is not where the policy stands. */
  readonly location?: Location;
}

/**
 * The grants that a policy gives its holder: one per statement, and one of unknown content for what could not be read.
 * Statements that say the same are one grant with several places.
 */
export function policyGrants(attachment: Attachment, document: PolicyDocument): readonly Grant[] {
  const { holder, scope, role, policy } = attachment;
  const grants = new Map<string, Grant>();
  for (const statement of document.statements) {
    const { sid, effect, actions, notActions, resources, notResources, condition, location } = statement;
    const content = {
      platform: 'aws',
      principal: holder,
      effect,
      role,
      actions,
      ...(notActions === undefined ? {} : { notActions }),
      resources,
      ...(notResources === undefined ? {} : { notResources }),
      ...(condition === undefined ? {} : { condition }),
      scope,
      via: [`policy:${policy}`, ...(sid === undefined ? [] : [`statement:${sid}`])],
    };
    const id = contentId('grant', content);
    const places = [location, ...(attachment.location === undefined ? [] : [attachment.location])];
    const known = grants.get(id);
    grants.set(id, { id, ...content, locations: known === undefined ? places : [...known.locations, location] });
  }
  const [fault] = document.faults;
  if (fault !== undefined) {
    const unread = unknownGrant(attachment, fault.location);
    grants.set(unread.id, unread);
  }
  return [...grants.values()];
}

/** Stands for a policy that reaches its holder and cannot be read: what it grants or denies is unknown. */
export function unknownGrant({ holder, scope, role, policy }: Attachment, location: Location): Grant {
  const content = {
    platform: 'aws',
    principal: holder,
    effect: 'allow',
    role,
    actions: [],
    resources: [],
    scope,
    via: [`policy:${policy}`],
    unknownContent: true,
  } as const;
  return { id: contentId('grant', content), ...content, locations: [location] };
}
