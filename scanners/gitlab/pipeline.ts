import type { JsonObject } from '../../src/model/json.ts';
import {
  type Entry,
  entriesAt,
  entryOf,
  itemsAt,
  type MapNode,
  type Node,
  type Place,
  textAt,
  textsAt,
  valueAt,
} from '../../src/scan/formats/node.ts';
import { awsRole, azureServicePrincipal, gcpServiceAccount, type PrincipalName } from '../cloud-principals.ts';
import type { FileFacts } from '../file-facts.ts';
import { tellWrittenKeys } from '../written-key.ts';

/** Top-level keys that are no jobs. */
const RESERVED = new Set([
  ...['default', 'include', 'stages', 'variables', 'workflow', 'spec', 'image', 'services', 'cache'],
  ...['before_script', 'after_script', 'types', 'retry', 'timeout', 'interruptible', 'tags'],
]);
/** GitLab allows eleven levels; a hostile file could name many templates on each. */
const MAX_TEMPLATES = 100;

/** Tells what a pipeline file says: its jobs, which ID tokens they get and for whom, what they log in to, what it includes. */
export function readPipeline(root: MapNode, path: string, project: string, facts: FileFacts): void {
  const nativeId = `${project}/${path}`;
  const jobs = [...root.entries]
    .filter(([name, { value }]) => !RESERVED.has(name) && !name.startsWith('.') && value.kind === 'map')
    .map(([name, entry]) => readJob(name, entry, root));
  const id = facts.principal(
    {
      kind: 'pipeline',
      nativeId,
      name: path,
      scope: project.split('/'),
      attributes: { jobs: jobs.map((job) => job.attributes), includes: includesOf(root) },
    },
    root.place,
  );
  const settings = [root, ...jobs.map((job) => job.node)].flatMap((node) =>
    entriesAt(node, 'variables').flatMap(([name, { value }]) => {
      const text = textAt(value) ?? textAt(value, 'value');
      return text === undefined ? [] : [{ name, text, place: value.place }];
    }),
  );
  tellWrittenKeys(settings, { principal: id, nativeId, kind: 'ci-variable' }, facts);
  for (const job of jobs) {
    for (const { principal, place } of job.logins) {
      facts.name(principal, place);
      facts.trust(
        {
          principal: principal.id,
          subject: { kind: 'principal', id },
          declaredBy: 'subject',
          how: 'logs-in-as',
          condition: job.environment === null ? {} : { environment: job.environment },
        },
        place,
      );
    }
  }
}

interface Job {
  /** With what it extends folded in. */
  readonly node: Node;
  readonly environment: string | null;
  readonly logins: readonly { readonly principal: PrincipalName; readonly place: Place }[];
  readonly attributes: JsonObject;
}

function readJob(name: string, entry: Entry, root: MapNode): Job {
  const node = extended(entry.value, root, { left: MAX_TEMPLATES });
  const environment = textAt(node, 'environment') ?? textAt(node, 'environment', 'name') ?? null;
  const tokens = entriesAt(valueAt(node, 'id_tokens') ?? valueAt(root, 'default', 'id_tokens')).map(
    ([token, { value }]) => ({
      name: token,
      aud: [textAt(value, 'aud') ?? textsAt(value, 'aud')].flat(),
    }),
  );
  const scripts = ['before_script', 'script', 'after_script'].flatMap((key) => textsOf(valueAt(node, key)));
  return {
    node,
    environment,
    logins: tokens.length === 0 ? [] : loginsOf(node, root, scripts),
    attributes: {
      id: name,
      line: entry.place.line,
      environment,
      id_tokens: tokens,
      secrets: entriesAt(node, 'secrets').map(([secret, { value }]) => ({
        name: secret,
        provider: PROVIDERS.find((provider) => entryOf(value, provider) !== undefined) ?? 'unknown',
      })),
      tags: textsAt(node, 'tags'),
      job_token: scripts.some(({ text }) => text.includes('CI_JOB_TOKEN')),
      manual: textAt(node, 'when') === 'manual',
      triggers: textAt(node, 'trigger') ?? textAt(node, 'trigger', 'project') ?? null,
    },
  };
}

const PROVIDERS = [
  'vault',
  'gcp_secret_manager',
  'azure_key_vault',
  'aws_secrets_manager',
  'akeyless',
  'gitlab_secrets_manager',
];

/** What a job takes from the templates of its own file; those of included files are not seen. */
function extended(node: Node, root: MapNode, templates: { left: number }): Node {
  const parents = [textAt(node, 'extends') ?? textsAt(node, 'extends')].flat();
  if (node.kind !== 'map' || parents.length === 0) return node;
  let merged: MapNode = { kind: 'map', entries: new Map(), place: node.place };
  for (const parent of parents) {
    const found = valueAt(root, parent);
    if (found !== undefined && templates.left-- > 0) merged = over(merged, extended(found, root, templates));
  }
  return over(merged, node);
}

/** Mappings are merged, everything else replaced. */
function over(base: MapNode, node: Node): MapNode {
  const entries = new Map(base.entries);
  for (const [key, entry] of node.kind === 'map' ? node.entries : []) {
    const below = entries.get(key)?.value;
    const value = below?.kind === 'map' && entry.value.kind === 'map' ? over(below, entry.value) : entry.value;
    entries.set(key, { ...entry, value });
  }
  return { ...base, entries };
}

interface PlacedText {
  readonly text: string;
  readonly place: Place;
}

function textsOf(node: Node | undefined): readonly PlacedText[] {
  if (node?.kind === 'scalar') return node.value === null ? [] : [{ text: node.text, place: node.place }];
  return node?.kind === 'list' ? node.items.flatMap(textsOf) : [];
}

const ROLE = /\barn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+/g;
const ACCOUNT = /\b[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9.:-]+\.iam\.gserviceaccount\.com\b/g;

/** Who a job with an ID token names in its variables and scripts: it has no other way in the file to say whom it becomes. */
function loginsOf(node: Node, root: MapNode, scripts: readonly PlacedText[]): Job['logins'] {
  const variables = [...entriesAt(root, 'variables'), ...entriesAt(node, 'variables')];
  const values = variables.flatMap(([, { value }]) => textsOf(value.kind === 'map' ? valueAt(value, 'value') : value));
  const found = [...values, ...scripts].flatMap(({ text, place }) =>
    [...(text.match(ROLE) ?? []).map(awsRole), ...(text.match(ACCOUNT) ?? []).map(gcpServiceAccount)].flatMap(
      (principal) => (principal === undefined ? [] : [{ principal, place }]),
    ),
  );
  for (const [name, { value }] of variables) {
    const text = textAt(value) ?? textAt(value, 'value') ?? '';
    const principal = /^(?:AZURE|ARM)_CLIENT_ID$/.test(name) ? azureServicePrincipal(text) : undefined;
    if (principal !== undefined) found.push({ principal, place: value.place });
  }
  return found;
}

/** Code that is run as if it stood in the file: where it is from, and whether it can be moved. */
function includesOf(root: MapNode): readonly JsonObject[] {
  const include = entryOf(root, 'include')?.value;
  const items = include === undefined ? [] : include.kind === 'list' ? itemsAt(include) : [include];
  return items.map((item) => {
    const { line } = item.place;
    const plain = textAt(item);
    if (plain !== undefined) {
      const remote = /^https?:/.test(plain);
      return { from: remote ? 'remote' : 'local', what: plain, pinned: !remote, line };
    }
    for (const from of ['local', 'remote', 'template', 'component', 'artifact']) {
      const what = textAt(item, from);
      if (what === undefined) continue;
      const pinned = from === 'local' || /@[0-9a-f]{40}$/.test(what) || textAt(item, 'integrity') !== undefined;
      return { from, what, pinned, line };
    }
    const what = textAt(item, 'project') ?? '';
    return { from: 'project', what, pinned: /^[0-9a-f]{40}$/.test(textAt(item, 'ref') ?? ''), line };
  });
}
