import { and } from '../../model/answer.ts';
import { scopesOf } from './privileges.ts';
import { allFound, anyFound, ask, askAll, NOTHING } from './question.ts';
import { ENTER_PODS, MAKE_PODS, MINT_TOKENS, NODES_PROXY, READ_SECRETS, WRITE_SECRETS } from './risky-permissions.ts';
import { counts } from './server-version.ts';
import { type Surroundings, used, type Way, type WayEnd, way, waysToAccounts } from './way.ts';
import { waysByIdentity } from './ways-by-identity.ts';
import { waysByRoles } from './ways-by-roles.ts';

/** The ways that a principal's rules open, over all namespaces that they are bound in. */
export function waysOf(surroundings: Surroundings): readonly Way[] {
  const ways: Way[] = [];
  for (const scope of scopesOf(surroundings.rules)) {
    for (const way of [
      ...waysByPods(surroundings, scope),
      ...waysByTokens(surroundings, scope),
      ...waysByRoles(surroundings, scope),
      ...waysByIdentity(surroundings, scope),
    ]) {
      // What the whole cluster is open to need not be said of one namespace.
      const said = ways.some((known) => known.id === way.id && known.answer === 'yes' && covers(known.to, way.to));
      if (!said) ways.push(way);
    }
  }
  return ways;
}

function waysByPods({ rules, version }: Surroundings, scope: string | undefined): readonly Way[] {
  const made = anyFound(MAKE_PODS.map((need) => ask(rules, need, scope)));
  const entered = anyFound(
    ENTER_PODS.map((alternative) => {
      const found = askAll(rules, alternative.all, scope);
      return { ...found, answer: and(found.answer, counts(alternative, version)) };
    }),
  );
  const proxied = scope === undefined ? ask(rules, NODES_PROXY, scope) : NOTHING;
  const running = { kind: 'accounts', which: 'running', namespace: scope } as const;
  return [
    ...way('k8s-pod-create', made, [used(made, scope)], { ...running, which: 'all' }),
    ...way('k8s-pod-enter', entered, [used(entered, scope)], running),
    ...way('k8s-nodes-proxy', proxied, [used(proxied, scope)], running),
  ];
}

function waysByTokens(surroundings: Surroundings, scope: string | undefined): readonly Way[] {
  const { rules, accounts, cluster } = surroundings;
  const read = ask(rules, READ_SECRETS, scope);
  if (read.answer === 'no') return waysToAccounts('k8s-token-request', MINT_TOKENS, surroundings, scope);
  // Who may write a secret and read it has a token put into it.
  const issued = allFound(ask(rules, WRITE_SECRETS, scope), read);
  const kept = accounts.withTokenSecret(cluster, scope).flatMap(({ secret, account }) => {
    const found = ask(rules, { ...READ_SECRETS, name: secret }, scope);
    return way('k8s-token-secret-read', found, [`${used(found, scope)}: ${secret}`], {
      kind: 'principal',
      id: account.id,
    });
  });
  return [
    ...waysToAccounts('k8s-token-request', MINT_TOKENS, surroundings, scope),
    ...way('k8s-token-secret-issue', issued, [used(issued, scope)], {
      kind: 'accounts',
      which: 'all',
      namespace: scope,
    }),
    ...kept,
  ];
}

function covers(wide: WayEnd, narrow: WayEnd): boolean {
  if (wide.kind === 'principal') return narrow.kind === 'principal' && wide.id === narrow.id;
  if (narrow.kind === 'principal') return false;
  return wide.which === narrow.which && (wide.namespace === undefined || wide.namespace === narrow.namespace);
}
