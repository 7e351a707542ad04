import type { Credential } from '../../model/credential.ts';
import { type Finding, SEVERITIES } from '../../model/finding.ts';
import type { Grant } from '../../model/grant.ts';
import { formatLocation } from '../../model/location.ts';
import type { Principal } from '../../model/principal.ts';
import type { StaticSecret } from '../../model/static-secret.ts';
import type { Trust, TrustSubject } from '../../model/trust.ts';
import type { InventoryView } from './view.ts';

export const ROW_KINDS = ['principals', 'credentials', 'secrets', 'grants', 'trusts', 'findings'] as const;
export type RowKind = (typeof ROW_KINDS)[number];

interface Bodies {
  readonly principals: Principal;
  readonly credentials: Credential;
  readonly secrets: StaticSecret;
  readonly grants: Grant;
  readonly trusts: Trust;
  readonly findings: Finding;
}

/** A row of a list. */
export type Row = { readonly [Of in RowKind]: { readonly of: Of; readonly body: Bodies[Of] } }[RowKind];

/** All rows of a kind, in an order that does not depend on how they were found. */
export async function rowsOf(kind: RowKind, view: InventoryView): Promise<readonly Row[]> {
  const bodies = kind === 'findings' ? await view.findings() : view.inventory[kind].values();
  const rows = [...bodies].map((body) => ({ of: kind, body }) as Row);
  return rows
    .map((row) => ({ row, key: sortKey(row) }))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ row }) => row);
}

function sortKey(row: Row): readonly string[] {
  switch (row.of) {
    case 'principals':
      return [row.body.platform, row.body.kind, row.body.name, row.body.id];
    case 'credentials':
      return [row.body.platform, row.body.kind, row.body.nativeId, row.body.id];
    case 'secrets': {
      const [first] = row.body.locations;
      return [row.body.rule, first?.path ?? '', String(first?.line ?? 0).padStart(9, '0'), row.body.id];
    }
    case 'grants':
    case 'trusts':
      return [row.body.platform, row.body.principal, row.body.id];
    case 'findings':
      // The worst first; there are fewer than ten levels.
      return [String(SEVERITIES.indexOf(row.body.severity)), row.body.rule, row.body.subject, row.body.fingerprint];
  }
}

function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index] ?? '';
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
}

/** A row as the columns of a terminal's table; the last one may be long. */
export function cellsOf(row: Row): readonly string[] {
  switch (row.of) {
    case 'principals': {
      const { platform, kind, name, owner, environment, id } = row.body;
      return [platform, kind, name, owner?.value ?? '-', environment ?? '-', id];
    }
    case 'credentials': {
      const { platform, kind, status, createdAt, id } = row.body;
      return [platform, kind, status, createdAt ?? '-', expiryOf(row.body), id];
    }
    case 'secrets': {
      const [first] = row.body.locations;
      const { confidence, rule, hint, id } = row.body;
      return [confidence, rule, hint ?? '-', first === undefined ? '-' : formatLocation(first), id];
    }
    case 'grants': {
      const { effect, principal } = row.body;
      return [effect, ...actionsAndResources(row.body), principal];
    }
    case 'trusts':
      return [row.body.how, nameOfSubject(row.body.subject), row.body.principal];
    case 'findings':
      return [row.body.severity, row.body.rule, row.body.subjectName, row.body.message];
  }
}

function expiryOf({ expiresAt, expiryUnknown }: Credential): string {
  if (expiresAt !== undefined) return `until ${expiresAt}`;
  return expiryUnknown === true ? 'expiry not known' : 'no expiry';
}

/** What a grant gives and on what; a grant of everything else says so. */
export function actionsAndResources(grant: Grant): readonly [string, string] {
  if (grant.unknownContent === true) return ['unknown: was not read', grant.via.join(' › ')];
  const actions = grant.actions.join(',') || `not ${grant.notActions?.join(',') ?? ''}`;
  const names = grant.resourceNames === undefined ? '' : ` named ${grant.resourceNames.join(',')}`;
  return [actions, `${grant.resources.join(',') || `not ${grant.notResources?.join(',') ?? ''}`}${names}`];
}

export function nameOfSubject(subject: TrustSubject): string {
  if (subject.kind === 'principal') return subject.id;
  if (subject.kind === 'federated') return `tokens of ${subject.issuer}`;
  return subject.kind === 'anyone' ? 'anyone' : subject.value;
}
