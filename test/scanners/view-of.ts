import type { Credential } from '../../src/model/credential.ts';
import type { EntityBody, EntityKind } from '../../src/model/entity.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Grant } from '../../src/model/grant.ts';
import { grantTable } from '../../src/model/grant-table.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { mergeBodies } from '../../src/model/merge.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { StaticSecret } from '../../src/model/static-secret.ts';
import type { Trust } from '../../src/model/trust.ts';

/** The view that facts come to, merged as the store merges them. */
export function viewOf(facts: readonly Fact[]): Inventory {
  const principals = new Map<string, Principal>();
  const credentials = new Map<string, Credential>();
  const secrets = new Map<string, StaticSecret>();
  const grants = new Map<string, Grant>();
  const trusts = new Map<string, Trust>();
  for (const fact of facts) {
    const { id } = fact.body;
    switch (fact.kind) {
      case 'principal':
        principals.set(id, merged('principal', principals.get(id), fact.body));
        break;
      case 'credential':
        credentials.set(id, merged('credential', credentials.get(id), fact.body));
        break;
      case 'secret':
        secrets.set(id, merged('secret', secrets.get(id), fact.body));
        break;
      case 'grant':
        grants.set(id, merged('grant', grants.get(id), fact.body));
        break;
      case 'trust':
        trusts.set(id, merged('trust', trusts.get(id), fact.body));
        break;
    }
  }
  return { principals, credentials, secrets, grants: grantTable(grants), trusts };
}

function merged<Kind extends EntityKind>(
  kind: Kind,
  known: EntityBody<Kind> | undefined,
  body: EntityBody<Kind>,
): EntityBody<Kind> {
  return known === undefined ? body : mergeBodies(kind, known, body);
}
