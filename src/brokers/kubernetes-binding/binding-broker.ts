import { AppError } from '../../errors.ts';
import type { AccessDetail } from '../../model/access-request.ts';
import type { Broker } from '../broker.ts';
import { chooseRoles } from '../choose-grants.ts';
import { isExternalId, ourName } from '../external-id.ts';
import { ApiServer } from './api-server.ts';
import {
  type Binding,
  bindingBody,
  bindingSchema,
  bindingsPath,
  isSame,
  parsePrincipal,
  parseRole,
  RBAC,
  type RoleName,
  roleFlaw,
  rolePath,
  roleSchema,
  type Subject,
} from './binding.ts';
import type { KubernetesBindingTarget } from './binding-target.ts';

/**
 * A service account, user or group that exists is bound to roles for a time: one RoleBinding or ClusterRoleBinding per lease and namespace,
 * all of the lease's name, so that no lease ends another's and nothing that was there before is touched. RBAC is asked at every
 * request, so rights end with the object; open watches and `exec` sessions go on.
 *
 * @throws {AppError} ERR_CONFIG_INVALID for roles that are none, or a server that is no https URL.
 */
export function createKubernetesBindingBroker(
  target: KubernetesBindingTarget,
  deps: { readonly issuerId: string },
): Broker {
  for (const role of target.grants.flatMap(({ roles }) => roles))
    if (parseRole(role) === undefined)
      throw new AppError('ERR_CONFIG_INVALID', `target "${target.id}": ${JSON.stringify(role)} names no role`, {
        hint: 'Role/<namespace>/<name>, ClusterRole/<namespace>/<name> or ClusterRole/<name>',
      });
  const api = new ApiServer(target);
  const ours = (name: string): string => ourName(deps.issuerId, name, target.id);

  /** Bindings in the whole cluster; of one lease, or all there are. */
  const bindings = async (name?: string): Promise<readonly Binding[]> => {
    const query = name === undefined ? '' : `&fieldSelector=${encodeURIComponent(`metadata.name=${name}`)}`;
    const [inNamespaces, inCluster] = await Promise.all(
      ['rolebindings', 'clusterrolebindings'].map((kind) =>
        api.list(`list ${kind}`, `${RBAC}/${kind}`, bindingSchema, query),
      ),
    );
    return [...(inNamespaces ?? []), ...(inCluster ?? [])];
  };

  const remove = async (externalId: string): Promise<void> => {
    for (const { metadata } of await bindings(ours(externalId)))
      if (metadata.name === externalId)
        await api.call('delete a binding', 'DELETE', `${bindingsPath(metadata)}/${externalId}`, [200, 202, 404]);
  };

  return {
    detailType: 'kubernetes_binding',
    capabilities: {
      elevates: true,
      nativeExpiry: false,
      sourceBound: false,
      endsSessions: false,
      lists: true,
      minSeconds: 1,
      maxSeconds: target.maxSeconds,
      settleMs: 2 * target.timeout,
    },
    refuses: (detail) => refusal(target, detail),
    async create(plan) {
      const roles = rolesFor(target, plan.detail);
      const subject = parsePrincipal(plan.detail.principal ?? '');
      if (roles === undefined || subject === undefined)
        throw new AppError('ERR_TARGET_REFUSED', `target "${target.id}": no roles give what was granted`);
      await Promise.all([
        checkSubject(api, target.id, subject),
        ...roles.map((role) => checkRole(api, target.id, role)),
      ]);
      const of = {
        name: ours(plan.externalId),
        issuerId: deps.issuerId,
        lease: plan.leaseId,
        expiresAt: plan.expiresAt,
      };
      for (const role of roles) await bind(api, target.id, role, subject, of);
      return { plain: { principal: plan.detail.principal ?? '', roles: roles.map(nameOf) }, secret: {} };
    },
    // Rights hang on the object alone: without it nothing new begins.
    disable: remove,
    endSessions: async () => 0,
    remove,
    async verify(externalId) {
      return (await bindings(ours(externalId))).length === 0 ? 'dead' : 'alive';
    },
    async list() {
      const names = (await bindings()).map(({ metadata }) => metadata.name);
      return [...new Set(names.filter((name) => isExternalId(deps.issuerId, name)))];
    },
    async lost() {
      const empty = (await bindings()).filter(({ subjects = [] }) => subjects.length === 0);
      return empty.map(({ metadata }) => metadata.name).filter((name) => isExternalId(deps.issuerId, name));
    },
    close: async () => {},
  };
}

async function bind(
  api: ApiServer,
  target: string,
  role: RoleName,
  subject: Subject,
  of: Parameters<typeof bindingBody>[2],
): Promise<void> {
  const path = bindingsPath(role);
  const { status } = await api.call('make a binding', 'POST', path, [201, 409], bindingBody(role, subject, of));
  if (status === 201) return;
  // It is there already, from an earlier try; whose role it refers to can never be changed.
  const { body } = await api.call('look at a binding', 'GET', `${path}/${of.name}`, [200]);
  if (!isSame(bindingSchema.parse(body), role, subject))
    throw new AppError('ERR_TARGET_REFUSED', `target "${target}": binding "${of.name}" is not what was made`);
}

async function checkSubject(api: ApiServer, target: string, subject: Subject): Promise<void> {
  if (subject.kind !== 'ServiceAccount') return;
  const path = `/api/v1/namespaces/${encodeURIComponent(subject.namespace)}/serviceaccounts/${encodeURIComponent(subject.name)}`;
  const { status } = await api.call('look for the service account', 'GET', path, [200, 404]);
  if (status === 404) throw new AppError('ERR_TARGET_REFUSED', `target "${target}": there is no such service account`);
}

async function checkRole(api: ApiServer, target: string, role: RoleName): Promise<void> {
  const { status, body } = await api.call('look at a role', 'GET', rolePath(role), [200, 404]);
  const flaw = status === 404 ? 'it does not exist' : roleFlaw(roleSchema.parse(body));
  if (flaw !== undefined)
    throw new AppError('ERR_TARGET_REFUSED', `target "${target}": ${nameOf(role)}: ${flaw}`, {
      hint: 'a role that is given for a time must not be able to keep it; see docs/brokers.md',
    });
}

function nameOf({ kind, namespace, name }: RoleName): string {
  return [kind, namespace, name].filter((part) => part !== undefined).join('/');
}

function rolesFor({ grants }: KubernetesBindingTarget, detail: AccessDetail): readonly RoleName[] | undefined {
  return chooseRoles(grants, detail)?.flatMap((role) => parseRole(role) ?? []);
}

function refusal(target: KubernetesBindingTarget, detail: AccessDetail): string | undefined {
  if (detail.actions.length === 0) return 'a binding needs at least one action';
  if (detail.resources.length === 0) return 'a binding needs at least one resource';
  if (parsePrincipal(detail.principal ?? '') === undefined)
    return 'the principal must be ServiceAccount/<namespace>/<name>, User/<name> or Group/<name>';
  const roles = rolesFor(target, detail);
  if (roles === undefined)
    return `no roles give exactly ${detail.actions.join(', ')} on ${detail.resources.join(', ')}`;
  return new Set(roles.map(({ namespace }) => namespace)).size < roles.length
    ? 'it takes two roles in one place: ask for one after the other'
    : undefined;
}
