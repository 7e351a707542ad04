import type { JsonObject } from '../../src/model/json.ts';
import {
  entriesAt,
  itemsAt,
  type MapNode,
  type Node,
  type Place,
  textAt,
  textsAt,
  valueAt,
} from '../../src/scan/formats/node.ts';
import { awsRole, gcpServiceAccount, type PrincipalName } from '../cloud-principals.ts';
import type { FileFacts } from '../file-facts.ts';
import { type Setting, settingsIn, tellWrittenKeys } from '../written-key.ts';

/** Tells what a pipeline says: its jobs with the contexts that they get, what they log in to, and the orbs that they run. */
export function readPipeline(root: MapNode, path: string, repository: string, facts: FileFacts): void {
  const nativeId = `${repository}/${path}`;
  const contexts = contextsOf(root);
  const jobs = entriesAt(root, 'jobs').filter(([, { value }]) => value.kind === 'map');
  const commands = entriesAt(root, 'commands');
  const principal = facts.principal(
    {
      kind: 'pipeline',
      nativeId,
      name: path,
      scope: repository.split('/'),
      attributes: {
        jobs: jobs.map(([id, { value, place }]) => describeJob(id, value, place, contexts.get(id) ?? [])),
        orbs: entriesAt(root, 'orbs').flatMap(([, { value }]) => describeOrb(value)),
        setup: textAt(root, 'setup') === 'true',
      },
    },
    root.place,
  );
  for (const [id, { value }] of [...jobs, ...commands]) {
    const settings = settingsOf(value).map((setting) => ({ ...setting, name: `${id}.${setting.name}` }));
    tellWrittenKeys(settings, { principal, nativeId, kind: 'ci-variable' }, facts);
    for (const { named, place } of loginsOf(value)) {
      facts.name(named, place);
      facts.trust(
        {
          principal: named.id,
          subject: { kind: 'principal', id: principal },
          declaredBy: 'subject',
          how: 'logs-in-as',
          condition: {},
        },
        place,
      );
    }
  }
  // A context is a set of secrets of the organization, which only its name is known of.
  for (const context of contexts.names) {
    facts.credential(
      {
        kind: 'context',
        nativeId: `${repository.split('/')[0]}#${context.name}`,
        principal,
        status: 'unknown',
        expiryUnknown: true,
      },
      context.place,
    );
  }
}

interface Contexts {
  get(job: string): readonly string[] | undefined;
  readonly names: readonly { readonly name: string; readonly place: Place }[];
}

/** Which job of which workflow is given which contexts; what is an expression names none. */
function contextsOf(root: MapNode): Contexts {
  const byJob = new Map<string, string[]>();
  const names: { name: string; place: Place }[] = [];
  for (const [, { value: workflow }] of entriesAt(root, 'workflows')) {
    for (const item of itemsAt(workflow, 'jobs')) {
      for (const [job, { value }] of entriesAt(item)) {
        const node = valueAt(value, 'context');
        const found = [textAt(node) ?? textsAt(node)].flat().filter((name) => !name.includes('<<'));
        byJob.set(job, [...new Set([...(byJob.get(job) ?? []), ...found])]);
        for (const name of found) names.push({ name, place: node?.place ?? value.place });
      }
    }
  }
  return { get: (job) => byJob.get(job), names };
}

function describeJob(id: string, node: Node, place: Place, contexts: readonly string[]): JsonObject {
  const texts = stepTexts(node);
  return {
    id,
    line: place.line,
    contexts,
    id_token: contexts.length > 0 || texts.some((text) => text.includes('CIRCLE_OIDC_TOKEN')),
    self_hosted: /^[\w-]+\/[\w-]+$/.test(textAt(node, 'resource_class') ?? ''),
    ssh_keys: steps(node).flatMap((step) => textsAt(step, 'add_ssh_keys', 'fingerprints')),
  };
}

function steps(node: Node): readonly Node[] {
  return itemsAt(node, 'steps');
}

function stepTexts(node: Node): readonly string[] {
  return steps(node).flatMap((step) => textAt(step, 'run') ?? textAt(step, 'run', 'command') ?? []);
}

/** `orb: name@1.2.3`; anything shorter than three numbers moves. */
function describeOrb(node: Node): readonly JsonObject[] {
  const uses = textAt(node);
  return uses === undefined ? [] : [{ uses, pinned: /@\d+\.\d+\.\d+$/.test(uses), line: node.place.line }];
}

function settingsOf(job: Node): readonly Setting[] {
  const images = [...itemsAt(job, 'docker')];
  return [
    ...settingsIn(valueAt(job, 'environment')),
    ...images.flatMap((image) => [
      ...settingsIn(valueAt(image, 'environment')),
      ...settingsIn(valueAt(image, 'auth')),
      ...settingsIn(valueAt(image, 'aws_auth')),
    ]),
    ...steps(job).flatMap((step) => settingsIn(valueAt(step, 'run', 'environment'))),
  ];
}

/** Steps of orbs that log in with the job's OIDC token name whom they become. */
function loginsOf(job: Node): readonly { readonly named: PrincipalName; readonly place: Place }[] {
  return steps(job).flatMap((step) =>
    entriesAt(step).flatMap(([, { value, place }]) => {
      const roles = ['role_arn', 'role-arn'].map((key) => awsRole(textAt(value, key) ?? ''));
      const accounts = ['service_account_email', 'service-account-email'].map((key) =>
        gcpServiceAccount(textAt(value, key) ?? ''),
      );
      return [...roles, ...accounts].flatMap((named) => (named === undefined ? [] : [{ named, place }]));
    }),
  );
}
