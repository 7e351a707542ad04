import type { JsonObject } from '../../src/model/json.ts';
import {
  type Entry,
  entriesAt,
  entryOf,
  itemsAt,
  type Node,
  type Place,
  textAt,
  textsAt,
  valueAt,
} from '../../src/scan/formats/node.ts';
import { type SecretUse, secretUses } from './expressions.ts';
import { type Login, stepLogins, variableLogins } from './logins.ts';
import {
  mayMintIdToken,
  type PermissionEntry,
  type Permissions,
  permissionEntries,
  permissionsOf,
} from './permissions.ts';

/** One job of a workflow, with what it has from the workflow folded in. */
export interface Job {
  readonly id: string;
  /** Its own permission block, which replaces the workflow's. */
  readonly own: readonly PermissionEntry[] | undefined;
  readonly environment: string | null;
  readonly secrets: readonly SecretUse[];
  readonly logins: readonly Login[];
  /** Actions and workflows of the same repository that run with what the job has. */
  readonly local: readonly LocalUse[];
  /** As policies see it. */
  readonly attributes: JsonObject;
}

/** `uses: ./path`, and where it stands. */
export interface LocalUse {
  /** From the top of the repository; empty for the top itself. */
  readonly path: string;
  readonly place: Place;
}

/** What a job has from its workflow. */
export interface JobContext {
  readonly permissions: Permissions;
  readonly env: Node | undefined;
  /** Runs on events of foreign code, with the rights of the base repository. */
  readonly foreignEvents: boolean;
  /** `owner/name`, or `local`. */
  readonly repository: string;
}

const PINNED = /@[0-9a-f]{40}$|@sha256:[0-9a-f]{64}$/;
const FOREIGN_REF =
  /github\.(?:event\.pull_request\.(?:head|merge_commit_sha|number)|head_ref|event\.workflow_run\.(?:head_|pull_requests)|event\.number|event\.issue\.number)|refs\/pull\//;
const FOREIGN_CHECKOUT =
  /\bgh\s+pr\s+checkout\b|\bgit\s+(?:fetch|checkout|pull)\b[^\n]{0,400}(?:refs\/pull\/|pull\/|head_ref|head\.(?:ref|sha))/;

/** Reads one entry of `jobs`. */
export function readJob(id: string, entry: Entry, context: JobContext): Job {
  const node = entry.value;
  const uses = textAt(node, 'uses');
  // A called workflow does not see the caller's environment.
  const shared = uses === undefined ? context.env : undefined;
  const block = entryOf(node, 'permissions');
  const permissions = block === undefined ? context.permissions : permissionsOf(block);
  const steps = itemsAt(node, 'steps');
  const logins = [
    ...variableLogins(shared),
    ...variableLogins(valueAt(node, 'env')),
    ...steps.flatMap((step) => stepLogins(step, literals(shared, valueAt(node, 'env'), valueAt(step, 'env')))),
  ];
  const secrets = [...secretUses(shared), ...secretUses(node)];
  const local = [node, ...steps].flatMap((one) => localUses(one, context.repository));
  const environment = textAt(node, 'environment') ?? textAt(node, 'environment', 'name') ?? null;
  return {
    id,
    own: block === undefined ? undefined : permissionEntries(block),
    environment: environment === '' ? null : environment,
    secrets,
    logins,
    local,
    attributes: {
      id,
      line: entry.place.line,
      permissions,
      environment: environment === '' ? null : environment,
      id_token: mayMintIdToken(permissions),
      self_hosted: runnerLabels(valueAt(node, 'runs-on')).includes('self-hosted'),
      secrets: [...new Set(secrets.map(({ name }) => name))].sort(),
      secrets_inherit: textAt(node, 'secrets') === 'inherit',
      reusable: uses ?? null,
      untrusted_checkout: context.foreignEvents && steps.some((step) => takesForeignCode(step)),
      logins: logins.map(describeLogin),
      unpinned_actions: [...unpinned(node), ...steps.flatMap(unpinned)],
      ...(local.length === 0 ? {} : { local_uses: local.map(({ path, place }) => ({ path, line: place.line })) }),
    },
  };
}

/** A login as policies see it. */
export function describeLogin({ provider, method, secrets, role, place }: Login): JsonObject {
  return { provider, method, secrets, role, line: place.line };
}

/** What a step or job takes from its own repository: by a path, or by the repository's name and some ref of it. */
export function localUses(node: Node, repository: string): readonly LocalUse[] {
  const entry = entryOf(node, 'uses');
  const uses = textAt(entry?.value);
  if (entry === undefined || uses === undefined || uses.includes('..')) return [];
  const named = uses.split('@')[0] ?? '';
  if (named.toLowerCase() === repository.toLowerCase()) return [{ path: '', place: entry.place }];
  if (named.toLowerCase().startsWith(`${repository.toLowerCase()}/`))
    return [{ path: named.slice(repository.length + 1), place: entry.place }];
  if (!/^\.(?:\/|$)/.test(uses)) return [];
  return [{ path: uses.replace(/^\.\/*/, '').replace(/\/+$/, ''), place: entry.place }];
}

/** The text values of several `env` blocks, of which the later ones count. */
export function literals(...blocks: readonly (Node | undefined)[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const block of blocks) {
    for (const [name, { value }] of entriesAt(block)) {
      const text = textAt(value);
      if (text !== undefined) values.set(name, text);
    }
  }
  return values;
}

function runnerLabels(node: Node | undefined): readonly string[] {
  return [textAt(node) ?? [], textsAt(node), textAt(node, 'labels') ?? [], textsAt(node, 'labels')]
    .flat()
    .map((label) => label.toLowerCase());
}

function takesForeignCode(step: Node): boolean {
  if (/^actions\/checkout(?:@|$)/i.test(textAt(step, 'uses') ?? '')) {
    return ['ref', 'repository'].some((input) => FOREIGN_REF.test(textAt(step, 'with', input) ?? ''));
  }
  return FOREIGN_CHECKOUT.test(textAt(step, 'run') ?? '');
}

/** An action or called workflow by a name that can be moved: a tag, a branch, an image tag. */
export function unpinned(node: Node): readonly JsonObject[] {
  const entry = entryOf(node, 'uses');
  const uses = textAt(entry?.value);
  if (entry === undefined || uses === undefined || uses.startsWith('./') || PINNED.test(uses)) return [];
  return [{ uses, line: entry.place.line }];
}
