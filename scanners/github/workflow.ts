import { contentId, credentialId, principalId } from '../../src/model/id.ts';
import type { Location } from '../../src/model/location.ts';
import { entriesAt, entryOf, type MapNode, type Place, textAt, textsAt, valueAt } from '../../src/scan/formats/node.ts';
import type { ScanContext } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { type Job, readJob } from './job.ts';
import { tellLocalUses } from './local-uses.ts';
import { type PermissionEntry, permissionEntries, permissionsOf } from './permissions.ts';

/** Events on which code from outside can be at hand while the run has the rights of the base repository. */
const FOREIGN_EVENTS = new Set(['pull_request_target', 'workflow_run', 'issue_comment']);
/** Places of one secret in one workflow. */
const MAX_LOCATIONS = 20;

/** Tells what a workflow file says: the principal, its token's grants, the secrets it reads and what it logs in to. */
export function readWorkflow(root: MapNode, path: string, context: ScanContext): void {
  const repository = context.repository ?? 'local';
  const nativeId = `${repository}/${path}`;
  const id = principalId('github', 'workflow', nativeId);
  const at = (place: Place): Location => ({ path, line: place.line, column: place.column });
  const block = entryOf(root, 'permissions');
  const triggers = triggersOf(root);
  const jobs = entriesAt(root, 'jobs').map(([name, entry]) =>
    readJob(name, entry, {
      permissions: permissionsOf(block),
      env: valueAt(root, 'env'),
      foreignEvents: triggers.some((trigger) => FOREIGN_EVENTS.has(trigger)),
      repository,
    }),
  );
  context.emit({
    kind: 'principal',
    body: {
      id,
      platform: 'github',
      kind: 'workflow',
      nativeId,
      name: path,
      scope: repository.split('/'),
      seen: 'listed',
      attributes: {
        triggers,
        permissions: permissionsOf(block),
        jobs: jobs.map((job) => job.attributes),
      },
      locations: [at(root.place)],
    },
  });
  const grant = (entry: PermissionEntry, via: string) => {
    const content = {
      platform: 'github',
      principal: id,
      effect: 'allow' as const,
      role: 'identity' as const,
      actions: [`${entry.scope}:${entry.level}`],
      resources: [repository],
      scope: repository,
      via: [via],
    };
    context.emit({
      kind: 'grant',
      body: { id: contentId('grant', content), ...content, locations: [at(entry.place)] },
    });
  };
  // A job's own block replaces the workflow's, which counts only while some job has none.
  if (jobs.some((job) => job.own === undefined)) {
    for (const entry of permissionEntries(block)) grant(entry, 'workflow');
  }
  for (const job of jobs) for (const entry of job.own ?? []) grant(entry, `job:${job.id}`);
  for (const [name, locations] of secretPlaces(jobs, at)) {
    const secret = `${repository}#${name}`;
    context.emit({
      kind: 'credential',
      body: {
        id: credentialId('github', 'actions-secret', secret),
        platform: 'github',
        kind: 'actions-secret',
        nativeId: secret,
        principal: id,
        status: 'unknown',
        expiryUnknown: true,
        locations,
      },
    });
  }
  tellLogins(id, jobs, at, context);
  const facts = new FileFacts(context, path, 'github');
  for (const job of jobs) tellLocalUses(id, repository, job.local, facts);
  facts.end();
}

/** Who the workflow becomes in a cloud, as it claims; the cloud's own trust decides. */
function tellLogins(id: string, jobs: readonly Job[], at: (place: Place) => Location, context: ScanContext): void {
  const told = new Set<string>();
  for (const job of jobs) {
    for (const { principal, place } of job.logins) {
      if (principal === undefined) continue;
      const locations = [at(place)];
      const content = {
        platform: 'github',
        principal: principal.id,
        subject: { kind: 'principal' as const, id },
        declaredBy: 'subject' as const,
        effect: 'allow' as const,
        how: 'logs-in-as',
        condition: job.environment === null ? {} : { environment: job.environment },
      };
      const trust = { id: contentId('trust', content), ...content, locations };
      if (told.has(trust.id)) continue;
      told.add(trust.id);
      if (!told.has(principal.id)) {
        context.emit({ kind: 'principal', body: { ...principal, seen: 'referenced', locations } });
        told.add(principal.id);
      }
      context.emit({ kind: 'trust', body: trust });
    }
  }
}

function secretPlaces(jobs: readonly Job[], at: (place: Place) => Location): ReadonlyMap<string, Location[]> {
  const places = new Map<string, Map<string, Location>>();
  for (const { name, place } of jobs.flatMap((job) => job.secrets)) {
    if (name === '*') continue;
    const known = places.get(name) ?? new Map<string, Location>();
    if (known.size < MAX_LOCATIONS) known.set(`${place.line}:${place.column}`, at(place));
    places.set(name, known);
  }
  return new Map([...places].map(([name, known]) => [name, [...known.values()]]));
}

function triggersOf(root: MapNode): readonly string[] {
  // What a YAML 1.1 tool made of the key `on`.
  const on = valueAt(root, 'on') ?? valueAt(root, 'true');
  const one = textAt(on);
  return one === undefined ? [...textsAt(on), ...entriesAt(on).map(([name]) => name)] : [one];
}
