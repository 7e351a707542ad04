import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import glob from 'fast-glob';
import { z } from 'zod';
import { externalId } from '../../src/brokers/external-id.ts';
import { storedAudit } from '../../src/issuer/audit/audit-source.ts';
import { verifyAudit } from '../../src/issuer/audit/verify-audit.ts';
import { openIssuerKeys } from '../../src/issuer/keys.ts';
import { runSql } from '../support/postgres.ts';
import { DB_DETAIL } from '../support/postgres-target.ts';
import type { HandedOut } from './fault-daemon.ts';
import { MEMBERSHIP_TARGET, RECONCILE_INTERVAL } from './fault-issuer.ts';
import type { FaultWorld } from './fault-world.ts';

/** What must not be, each with the names of what it is. */
export interface Wrong {
  /** At the target without an ACTIVE lease, or the other way round; memberships and sessions too. */
  readonly orphans: readonly string[];
  readonly pastTime: readonly string[];
  /** Handed out, and not in the chain or in no file of a sink. */
  readonly unlogged: readonly string[];
  /** Begun, and never ended one way or the other. */
  readonly unfinished: number;
  readonly chain: readonly string[];
}

/** What ends of itself in this very moment may be seen half-way. */
const PATIENCE = 2_000;

/** Compares target, store and audit after a recovery. */
export async function examineWorld(world: FaultWorld, handedOut: readonly HandedOut[]): Promise<Wrong> {
  const { reader } = world.era;
  const end = performance.now() + PATIENCE;
  let seen = await compare(world, handedOut);
  while ((seen.orphans.length > 0 || seen.pastTime.length > 0) && performance.now() < end) {
    await pause(50);
    seen = await compare(world, handedOut);
  }
  const keys = await openIssuerKeys(join(world.folder, 'keys'));
  const { problems } = await verifyAudit(await storedAudit(reader, keys.auditJwks().keys));
  return {
    ...seen,
    unlogged: await unlogged(world, handedOut),
    unfinished: await world.unfinished(),
    chain: problems.map(({ chain = '', seq, what }) => `${chain} ${seq}: ${what}`),
  };
}

const namesSchema = z.array(z.object({ name: z.string() }));

async function names(world: FaultWorld, text: string, values: readonly unknown[]): Promise<readonly string[]> {
  return namesSchema.parse(await runSql(world.server.url, text, values)).map(({ name }) => name);
}

const ROLES = 'select rolname as name from pg_roles where starts_with(rolname, $1)';
const MEMBERSHIPS = `select r.rolname as name from pg_auth_members m
  join pg_roles r on r.oid = m.roleid join pg_roles u on u.oid = m.member
  where u.rolname = 'g_ann' and starts_with(r.rolname, $1)`;
/** Of roles of ours, and of roles that are gone. */
const SESSIONS = `select coalesce(a.usename, 'gone') as name from pg_stat_activity a
  where a.usesysid is not null and (starts_with(a.usename, $1) or a.usesysid not in (select oid from pg_roles))`;

async function compare(world: FaultWorld, handedOut: readonly HandedOut[]) {
  const { issuerId } = world.era.reader;
  const prefix = `lapse_${issuerId}_`;
  const now = performance.now();
  const roles = await names(world, ROLES, [prefix]);
  const memberships = await names(world, MEMBERSHIPS, [prefix]);
  const sessions = await names(world, SESSIONS, [prefix]);
  const { active, elevated } = await world.era.reader.read(async ({ leases }) => {
    const [credentials, elevations] = [
      await leases.activeNames(DB_DETAIL.target),
      await leases.activeNames(MEMBERSHIP_TARGET),
    ];
    return {
      active: [...credentials, ...elevations].map(({ name }) => name),
      elevated: elevations.map(({ name }) => name),
    };
  });
  const there = new Set(roles);
  return {
    orphans: [
      ...differences('role', roles, active),
      ...differences('membership', memberships, elevated),
      ...sessions.filter((name) => !active.includes(name)).map((name) => `session of ${name}`),
    ],
    pastTime: handedOut
      .filter(({ id, until }) => until + RECONCILE_INTERVAL < now && there.has(externalId(issuerId, id)))
      .map(({ id }) => id),
  };
}

function differences(what: string, there: readonly string[], wanted: readonly string[]): readonly string[] {
  return [
    ...there.filter((name) => !wanted.includes(name)).map((name) => `${what} ${name} without a lease`),
    ...wanted.filter((name) => !there.includes(name)).map((name) => `${what} ${name} is missing`),
  ];
}

async function unlogged(world: FaultWorld, handedOut: readonly HandedOut[]): Promise<readonly string[]> {
  const active = await world.era.reader.read(({ audit }) => audit.search({ event: 'lease.active' }, 1e6));
  const inChain = new Set(active.map(({ lease }) => lease));
  const inFiles = new Set<string>();
  for (const file of glob.sync(`${world.auditDisk.folder}/${world.era.name}/**/audit.jsonl`))
    for (const line of readFileSync(file, 'utf8').split('\n'))
      if (line.includes('"lease.active"')) inFiles.add(/"lease":"(lse_[^"]+)"/.exec(line)?.[1] ?? '');
  return handedOut.flatMap(({ id }) => [
    ...(inChain.has(id) ? [] : [`${id} in no chain`]),
    ...(inFiles.has(id) ? [] : [`${id} in no file`]),
  ]);
}
