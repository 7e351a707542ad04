import { and } from '../../model/answer.ts';
import { principalId } from '../../model/id.ts';
import { anchorsOf } from './anchors.ts';
import { MASTERS } from './groups.ts';
import { allFound, anyFound, ask, askAll, type Found, type Need } from './question.ts';
import { APPROVE_CERTIFICATES, CHANGE_AWS_AUTH } from './risky-permissions.ts';
import { type Surroundings, type Way, way, waysToAccounts } from './way.ts';

const ACCOUNTS: Need = { verbs: ['impersonate'], resources: ['core/serviceaccounts'] };
const USERS: Need = { verbs: ['impersonate'], resources: ['core/users'] };
const GROUPS: Need = { verbs: ['impersonate'], resources: ['core/groups'], name: MASTERS };
const ASK_FOR_CERTIFICATE: Need = {
  verbs: ['create'],
  resources: ['certificates.k8s.io/certificatesigningrequests'],
};
const APPROVE_SIGNER: Need = { verbs: ['approve'], resources: ['certificates.k8s.io/signers'] };
/** Signs certificates by which a client is whoever it says, `system:masters` apart. */
const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';

/** Ways by being somebody else: impersonation, client certificates, the map of IAM principals to users. */
export function waysByIdentity(surroundings: Surroundings, scope: string | undefined): readonly Way[] {
  return [
    ...waysToAccounts('k8s-impersonate', ACCOUNTS, surroundings, scope),
    ...(scope === undefined ? waysOfCluster(surroundings) : []),
    ...(scope === undefined || scope === 'kube-system' ? waysByAwsAuth(surroundings) : []),
  ];
}

function waysOfCluster({ rules, cluster, access }: Surroundings): readonly Way[] {
  const anchors = anchorsOf(cluster);
  const accounts = ask(rules, ACCOUNTS, undefined);
  const users = ask(rules, USERS, undefined);
  // A request must name a user or an account; a group alone cannot be used.
  const masters = allFound(ask(rules, GROUPS, undefined), named(anyFound([accounts, users])));
  const anyUser = ask(
    rules.filter((rule) => rule.names === undefined),
    USERS,
    undefined,
  );
  const namedUsers = rules.flatMap((rule) =>
    [...(rule.names ?? [])].flatMap((name): readonly Way[] => {
      const id = principalId('kubernetes', 'user', `${cluster}/${name}`);
      if (!access.inventory.principals.has(id)) return [];
      return way('k8s-impersonate', ask([rule], { ...USERS, name }, undefined), [`impersonate the user ${name}`], {
        kind: 'principal',
        id,
      });
    }),
  );
  const signed = allFound(
    askAll(rules, [ASK_FOR_CERTIFICATE, ...APPROVE_CERTIFICATES.slice(0, 1)], undefined),
    anyFound([CLIENT_SIGNER, 'kubernetes.io/*'].map((name) => ask(rules, { ...APPROVE_SIGNER, name }, undefined))),
  );
  return [
    ...way('k8s-impersonate', masters, [`impersonate the group ${MASTERS}`], {
      kind: 'principal',
      id: anchors.masters,
    }),
    ...way('k8s-impersonate', anyUser, ['impersonate any user'], { kind: 'principal', id: anchors.controllerManager }),
    ...namedUsers,
    ...way('k8s-approve-csr', signed, ['approve a client certificate of its own'], {
      kind: 'principal',
      id: anchors.controllerManager,
    }),
  ];
}

/** Only where something says that the cluster is one of EKS: elsewhere nobody reads that config map. */
function waysByAwsAuth({ rules, cluster, accounts }: Surroundings): readonly Way[] {
  if (!accounts.usesAwsRoles(cluster)) return [];
  const found = ask(rules, CHANGE_AWS_AUTH, 'kube-system');
  const mapped: Found = { ...found, answer: and(found.answer, { if: ['IAM principals are mapped by aws-auth'] }) };
  const to = { kind: 'principal', id: anchorsOf(cluster).masters } as const;
  return way('k8s-aws-auth', mapped, ['change the config map kube-system/aws-auth'], to);
}

/** A right over certain names is one over somebody, too. */
function named(found: Found): Found {
  return found.answer === 'no' ? found : { ...found, answer: 'yes' };
}
