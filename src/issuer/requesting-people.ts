import type { AccessRequest } from '../model/access-request.ts';
import type { StoredOperator } from '../store/issuer/operator-table.ts';

/** The person who asked, whoever owns or started what asks, under any account. */
export function isRequester(
  operator: Pick<StoredOperator, 'name' | 'human'>,
  { requester }: Pick<AccessRequest, 'requester'>,
): boolean {
  const names = new Set([operator.name, operator.human].map(folded));
  if (requester.kind === 'operator' && names.has(folded(requester.subject))) return true;
  return requester.owners.some((owner) => names.has(folded(owner)));
}

function folded(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
