import { principalId } from '../../src/model/id.ts';
import type { Node } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';
import { field, flagOf, itemsOf, present, textOf } from './fields.ts';
import { accountMarks } from './members.ts';

/** Reads a service account. Its id is the address, as everything that names it has; the unique id, which is never given again, is an alias. */
export function readServiceAccount(record: Node, facts: Facts): string | undefined {
  const email = textOf(record, 'email')?.toLowerCase();
  const project = textOf(record, 'projectId');
  if (email === undefined) {
    facts.problem('a service account without an e-mail address', record);
    return undefined;
  }
  const uniqueId = textOf(record, 'uniqueId');
  return facts.principal(
    {
      kind: 'service-account',
      nativeId: email,
      name: email,
      scope: project === undefined ? [] : [project],
      ...(uniqueId === undefined ? {} : { aliases: [uniqueId] }),
      enabled: flagOf(record, 'disabled') !== true,
      attributes: present({
        display_name: textOf(record, 'displayName'),
        description: textOf(record, 'description'),
        ...accountMarks(email),
      }),
    },
    record,
  );
}

const KEY = /projects\/([^/]+)\/serviceAccounts\/([^/]+)\/keys\/([^/]+)$/;
/** A key that lives this long was made without an end. */
const NO_EXPIRY_YEARS = 50;

/**
 * Reads a key of a service account. Only those that users manage can leak: Google keeps the others to itself and replaces them.
 * An asset may have no type; such a key counts, since it may be one that somebody holds.
 *
 * @param name of the key, when the record around it has it
 */
export function readServiceAccountKey(record: Node, facts: Facts, name?: string): void {
  const [, project, account, keyId] = KEY.exec(textOf(record, 'name') ?? name ?? '') ?? [];
  if (project === undefined || account === undefined || keyId === undefined) {
    facts.problem('a service account key without a name that can be read', record);
    return;
  }
  const type = textOf(record, 'keyType');
  if (type === 'SYSTEM_MANAGED') return;
  const email = account.toLowerCase();
  const createdAt = instant(textOf(record, 'validAfterTime'));
  const expiresAt = endOf(createdAt, instant(textOf(record, 'validBeforeTime')));
  const states = itemsOf(record, 'extendedStatus').flatMap((status) => textOf(status, 'key') ?? []);
  facts.name(
    { kind: 'service-account', nativeId: email, name: email, scope: project === '-' ? [] : [project] },
    record,
  );
  facts.credential(
    {
      kind: 'service-account-key',
      nativeId: keyId,
      principal: principalId('gcp', 'service-account', email),
      status: statusOf(record, expiresAt, facts.now),
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(field(record, 'validBeforeTime') === undefined ? { expiryUnknown: true } : {}),
      attributes: present({
        key_type: type ?? 'unknown',
        key_origin: textOf(record, 'keyOrigin'),
        key_algorithm: textOf(record, 'keyAlgorithm'),
        disable_reason: textOf(record, 'disableReason'),
        ...(states.length === 0 ? {} : { extended_status: states, exposed: states.some(isExposure) }),
      }),
    },
    record,
  );
}

/** Reads an HMAC key of Cloud Storage, which is as static as a key can be: its secret half is shown once, when it is made. */
export function readHmacKey(record: Node, facts: Facts): void {
  const accessId = textOf(record, 'accessId');
  const email = textOf(record, 'serviceAccountEmail')?.toLowerCase();
  const state = textOf(record, 'state');
  if (accessId === undefined || email === undefined || state === 'DELETED') return;
  const project = textOf(record, 'projectId');
  const createdAt = instant(textOf(record, 'timeCreated'));
  const principal = facts.name(
    { kind: 'service-account', nativeId: email, name: email, scope: project === undefined ? [] : [project] },
    record,
  );
  facts.credential(
    {
      kind: 'hmac-key',
      nativeId: accessId,
      principal,
      status: state === 'ACTIVE' ? 'active' : state === 'INACTIVE' ? 'inactive' : 'unknown',
      ...(createdAt === undefined ? {} : { createdAt }),
    },
    record,
  );
}

/** Google found the key where it should not be. */
function isExposure(state: string): boolean {
  return /_(?:EXPOSED|COMPROMISE_DETECTED)$/.test(state);
}

function statusOf(record: Node, expiresAt: string | undefined, now: Date) {
  if (flagOf(record, 'disabled') === true) return 'inactive';
  return expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime() ? 'expired' : 'active';
}

/** The end of a key; undefined for one that is centuries away. */
function endOf(createdAt: string | undefined, end: string | undefined): string | undefined {
  if (end === undefined) return undefined;
  const start = new Date(createdAt ?? end).getUTCFullYear();
  const last = new Date(end).getUTCFullYear();
  return last - start >= NO_EXPIRY_YEARS || last >= LAST_YEAR ? undefined : end;
}

const LAST_YEAR = 9_999;

/** A point in time as ISO 8601 in UTC; undefined for anything else. */
export function instant(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
