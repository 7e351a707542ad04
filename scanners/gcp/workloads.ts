import { principalId } from '../../src/model/id.ts';
import type { Node } from '../../src/scan/formats/node.ts';
import type { Facts } from './facts.ts';
import { field, itemsOf, textOf, textsOf } from './fields.ts';
import type { Ancestry } from './places.ts';

/** Where the accounts stand that something runs as, by type of asset. */
const ACCOUNTS: Readonly<Record<string, (data: Node) => readonly string[]>> = {
  'compute.googleapis.com/Instance': (data) =>
    itemsOf(data, 'serviceAccounts').flatMap((item) => textOf(item, 'email') ?? []),
  'run.googleapis.com/Service': (data) => [
    ...texts(data, 'template', 'serviceAccount'),
    ...texts(data, 'spec', 'template', 'spec', 'serviceAccountName'),
  ],
  'run.googleapis.com/Job': (data) => [
    ...texts(data, 'template', 'template', 'serviceAccount'),
    ...texts(data, 'spec', 'template', 'spec', 'template', 'spec', 'serviceAccountName'),
  ],
  'cloudfunctions.googleapis.com/CloudFunction': (data) => texts(data, 'serviceAccountEmail'),
  'cloudfunctions.googleapis.com/Function': (data) => texts(data, 'serviceConfig', 'serviceAccountEmail'),
  'container.googleapis.com/Cluster': (data) => [
    ...texts(data, 'nodeConfig', 'serviceAccount'),
    ...itemsOf(data, 'nodePools').flatMap((pool) => texts(pool, 'config', 'serviceAccount')),
  ],
  'container.googleapis.com/NodePool': (data) => texts(data, 'config', 'serviceAccount'),
};

/** Full access of an instance's tokens; with less, the metadata server hands out tokens that can do less. */
const FULL = 'https://www.googleapis.com/auth/cloud-platform';

/** Reads what runs as a service account. `default` is the project's compute account, whose address has the number in it. */
export function readWorkload(type: string, name: string, data: Node, ancestry: Ancestry, facts: Facts): void {
  const number = /^projects\/(\d+)$/.exec(ancestry.at(-1) ?? '')?.[1];
  const emails = new Set(
    (ACCOUNTS[type]?.(data) ?? []).flatMap((email) => {
      if (email !== 'default') return email.toLowerCase();
      return number === undefined ? [] : `${number}-compute@developer.gserviceaccount.com`;
    }),
  );
  if (emails.size === 0) return;
  const scopes = itemsOf(data, 'serviceAccounts').flatMap((item) => textsOf(item, 'scopes'));
  const workload = facts.principal(
    {
      kind: 'workload',
      nativeId: name,
      name: name.slice(name.lastIndexOf('/') + 1),
      scope: ancestry,
      attributes: { type, ...(scopes.length === 0 ? {} : { full_access_scope: scopes.includes(FULL) }) },
    },
    field(data, 'name') ?? data,
  );
  for (const email of emails) {
    facts.name({ kind: 'service-account', nativeId: email, name: email, scope: [] }, data);
    facts.trust(
      {
        principal: principalId('gcp', 'service-account', email),
        subject: { kind: 'principal', id: workload },
        how: 'runs-as',
      },
      data,
    );
  }
}

function texts(node: Node, ...path: readonly string[]): readonly string[] {
  const text = textOf(node, ...path);
  return text === undefined ? [] : [text];
}
