import type { Credential } from '../model/credential.ts';
import type { Inventory } from '../model/inventory.ts';

/**
 * Joins the rows of a source that has no key ids (the AWS credential report: key 1, key 2) to the keys that another source
 * lists, by principal and creation time: `last_rotated` of a key is the creation of the key that is there now. A joined row
 * lends its status and usage to the listed key and disappears; what stays unjoined stays a credential of its own. Two listed
 * keys of the same second are ambiguous, and nothing is joined.
 */
export function joinCredentials(inventory: Inventory): Inventory {
  const listed = new Map<string, Credential[]>();
  for (const credential of inventory.credentials.values()) {
    if (credential.join !== undefined || credential.createdAt === undefined) continue;
    const key = joinKey(credential);
    listed.set(key, [...(listed.get(key) ?? []), credential]);
  }
  const credentials = new Map(inventory.credentials);
  for (const row of inventory.credentials.values()) {
    if (row.join === undefined || row.createdAt === undefined) continue;
    const candidates = listed.get(joinKey(row)) ?? [];
    const [target] = candidates;
    if (target === undefined || candidates.length > 1) continue;
    const current = credentials.get(target.id) ?? target;
    credentials.set(target.id, withReportRow(current, row));
    credentials.delete(row.id);
  }
  return { ...inventory, credentials };
}

function joinKey(credential: Credential): string {
  const second = Math.floor(Date.parse(credential.createdAt ?? '') / 1000);
  return `${credential.principal}\n${credential.kind}\n${second}`;
}

function withReportRow(key: Credential, row: Credential): Credential {
  const usage = newerUsage(key, row);
  return {
    ...key,
    ...(usage === undefined ? {} : { usage }),
    status: key.status === 'unknown' ? row.status : key.status,
    join: { by: 'creation time', confidence: 'high' },
    locations: [...key.locations, ...row.locations],
  };
}

function newerUsage(key: Credential, row: Credential): Credential['usage'] {
  if (key.usage === undefined) return row.usage;
  if (row.usage === undefined) return key.usage;
  return (row.usage.lastUsedAt ?? '') > (key.usage.lastUsedAt ?? '') ? row.usage : key.usage;
}
