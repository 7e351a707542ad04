import type { Principal } from '../../model/principal.ts';
import { matchesSegmentGlob } from '../../model/segment-glob.ts';
import type { Row } from './rows.ts';
import { type Standing, standingOf } from './standing.ts';
import type { InventoryView } from './view.ts';

/** What of a list is asked for; every list of values is an "any of these", an empty one says nothing. */
export interface Filters {
  readonly platform: readonly string[];
  readonly kind: readonly string[];
  readonly owner: readonly string[];
  readonly environment: readonly string[];
  readonly standing?: boolean;
}

/** Stands for rows that have none. */
const NONE = 'none';

/** Makes the test that a row must pass. */
export function rowFilter(filters: Filters, view: InventoryView): (row: Row) => boolean {
  const standing = filters.standing === true ? standingOf(view.inventory) : undefined;
  return (row) => {
    const { platform, kinds, principal } = traitsOf(row, view);
    return (
      matches(filters.platform, [platform]) &&
      matches(filters.kind, kinds) &&
      matches(filters.owner, [principal?.owner?.value]) &&
      matches(filters.environment, [principal?.environment]) &&
      (standing === undefined || isStanding(row, standing))
    );
  };
}

interface Traits {
  readonly platform: string | undefined;
  readonly kinds: readonly string[];
  /** Whose owner and environment count. */
  readonly principal: Principal | undefined;
}

function traitsOf(row: Row, view: InventoryView): Traits {
  const { principals } = view.inventory;
  switch (row.of) {
    case 'principals':
      return { platform: row.body.platform, kinds: [row.body.kind], principal: row.body };
    case 'credentials':
      return { platform: row.body.platform, kinds: [row.body.kind], principal: principals.get(row.body.principal) };
    case 'secrets': {
      const { id, rule, vendor } = row.body;
      const principal = view.graph().matches.get(id)?.principal;
      return { platform: row.body.platform ?? principal?.platform, kinds: [rule, vendor], principal };
    }
    case 'grants': {
      const { platform, role, effect, principal } = row.body;
      return { platform, kinds: [role, effect, `${role}-${effect}`], principal: principals.get(principal) };
    }
    case 'trusts':
      return { platform: row.body.platform, kinds: [row.body.how], principal: principals.get(row.body.principal) };
    case 'findings': {
      const { subject, rule } = row.body;
      const principal = principalOf(subject, view);
      const platform = principal?.platform ?? view.inventory.secrets.get(subject)?.platform;
      return { platform, kinds: [rule], principal };
    }
  }
}

/** Whom a finding is about in the end: of a credential or a secret, the principal that it belongs to. */
export function principalOf(subject: string, view: InventoryView): Principal | undefined {
  const { principals, credentials } = view.inventory;
  return principals.get(credentials.get(subject)?.principal ?? subject) ?? view.graph().matches.get(subject)?.principal;
}

function isStanding(row: Row, standing: Standing): boolean {
  switch (row.of) {
    case 'principals':
      return standing.principal(row.body.id);
    case 'credentials':
      return standing.credential(row.body);
    case 'secrets':
      return standing.secret(row.body);
    case 'grants':
      return standing.grant(row.body);
    case 'trusts':
      return standing.trust(row.body);
    case 'findings':
      return true;
  }
}

function matches(wanted: readonly string[], values: readonly (string | undefined)[]): boolean {
  if (wanted.length === 0) return true;
  const own = values.filter((value) => value !== undefined).map((value) => value.toLowerCase());
  return wanted.some((pattern) => {
    if (pattern === NONE) return own.length === 0;
    return own.some((value) => matchesSegmentGlob(pattern.toLowerCase(), value));
  });
}
