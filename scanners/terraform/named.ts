import { principalId } from '../../src/model/id.ts';
import type { PrincipalName } from '../cloud-principals.ts';

/** What a principal is called. */
export function named(
  platform: string,
  kind: string,
  nativeId: string,
  name: string,
  scope: readonly string[],
): PrincipalName {
  return { id: principalId(platform, kind, nativeId), platform, kind, nativeId, name, scope };
}
