import type { IAMClient } from '@aws-sdk/client-iam';
import { AppError } from '../../errors.ts';
import type { AccessDetail } from '../../model/access-request.ts';
import type { Broker } from '../broker.ts';
import { chooseGrants } from '../choose-grants.ts';
import { isExternalId, ourName } from '../external-id.ts';
import type { AwsPolicyGrant, AwsPolicyTarget } from './aws-policy-target.ts';
import { isLasting, policyDocument, withEnd } from './policy-document.ts';

type Iam = typeof import('@aws-sdk/client-iam');

const PRINCIPAL = /^(user|role)\/([\w+=,.@-]{1,64})$/;

interface Holder {
  readonly kind: 'user' | 'role';
  readonly name: string;
}

/**
 * A user or role that exists gets an inline policy for a time. IAM stops honouring it at `aws:CurrentTime`, whatever becomes of lapse.
 * There is little room for inline policies (2,048 characters of a user, all together), so leases of one principal with equal actions
 * share one, whose end is that of the last of them.
 *
 * A policy is found again in the whole account by its name, so its holder may be renamed meanwhile.
 */
export function createAwsPolicyBroker(target: AwsPolicyTarget, deps: { readonly issuerId: string }): Broker {
  for (const { statements } of target.grants) {
    const lasting = statements.flatMap(({ Action }) => Action ?? []).find((action) => isLasting(String(action)));
    if (lasting !== undefined)
      throw new AppError('ERR_CONFIG_INVALID', `target "${target.id}": ${String(lasting)} would outlive its lease`, {
        hint: 'what makes users, keys, policies or sessions cannot be given for a time',
      });
  }
  const ours = (name: string): string => ourName(deps.issuerId, name, target.id);
  let opened: Promise<{ readonly iam: Iam; readonly client: IAMClient }> | undefined;
  const call = async <T>(step: string, work: (iam: Iam, client: IAMClient) => Promise<T>): Promise<T> => {
    opened ??= open(target);
    try {
      const { iam, client } = await opened;
      return await work(iam, client);
    } catch (error) {
      throw told(target, step, error);
    }
  };

  const holders = (): Promise<ReadonlyMap<string, readonly Holder[]>> =>
    call('list inline policies', async (iam, client) => {
      const found = new Map<string, Holder[]>();
      const pages = iam.paginateGetAccountAuthorizationDetails({ client }, { Filter: ['User', 'Role'] });
      for await (const { UserDetailList = [], RoleDetailList = [] } of pages) {
        const lists = [
          ...UserDetailList.map((user) => ({ kind: 'user', name: user.UserName, of: user.UserPolicyList }) as const),
          ...RoleDetailList.map((role) => ({ kind: 'role', name: role.RoleName, of: role.RolePolicyList }) as const),
        ];
        for (const { kind, name = '', of = [] } of lists)
          for (const { PolicyName = '' } of of)
            if (isExternalId(deps.issuerId, PolicyName))
              found.set(PolicyName, [...(found.get(PolicyName) ?? []), { kind, name }]);
      }
      return found;
    });

  const put = ({ kind, name }: Holder, policy: string, document: string): Promise<unknown> =>
    call('put the policy', (iam, client) =>
      kind === 'user'
        ? client.send(new iam.PutUserPolicyCommand({ UserName: name, PolicyName: policy, PolicyDocument: document }))
        : client.send(new iam.PutRolePolicyCommand({ RoleName: name, PolicyName: policy, PolicyDocument: document })),
    );

  const read = ({ kind, name }: Holder, policy: string): Promise<string> =>
    call('read the policy', async (iam, client) => {
      const { PolicyDocument = '' } =
        kind === 'user'
          ? await client.send(new iam.GetUserPolicyCommand({ UserName: name, PolicyName: policy }))
          : await client.send(new iam.GetRolePolicyCommand({ RoleName: name, PolicyName: policy }));
      return decodeURIComponent(PolicyDocument);
    });

  const remove = async (externalId: string): Promise<void> => {
    for (const { kind, name } of (await holders()).get(ours(externalId)) ?? [])
      await call('delete the policy', async (iam, client) => {
        try {
          await (kind === 'user'
            ? client.send(new iam.DeleteUserPolicyCommand({ UserName: name, PolicyName: externalId }))
            : client.send(new iam.DeleteRolePolicyCommand({ RoleName: name, PolicyName: externalId })));
        } catch (error) {
          if (!(error instanceof iam.NoSuchEntityException)) throw error;
        }
      });
  };

  return {
    detailType: 'aws_policy',
    capabilities: {
      elevates: true,
      nativeExpiry: true,
      sourceBound: true,
      endsSessions: false,
      lists: true,
      minSeconds: 1,
      maxSeconds: target.maxSeconds,
      settleMs: 2 * target.timeout,
    },
    refuses: (detail) => refusal(target, detail),
    sharedKey: ({ principal, actions, resources, source_cidrs = [] }) =>
      JSON.stringify([principal, ...[actions, resources, source_cidrs].map((words) => [...words].sort())]),
    async create({ externalId, detail, expiresAt }) {
      const grants = chooseGrants(target.grants, detail);
      const holder = holderOf(detail);
      if (grants === undefined || holder === undefined)
        throw new AppError('ERR_TARGET_REFUSED', `target "${target.id}": no policy gives what was granted`);
      await put(holder, ours(externalId), documentOf(grants, detail, expiresAt));
      return { plain: { principal: detail.principal ?? '', policy: externalId }, secret: {} };
    },
    async extend(externalId, expiresAt) {
      const found = (await holders()).get(ours(externalId)) ?? [];
      if (found.length === 0)
        throw new AppError('ERR_TARGET_REFUSED', `target "${target.id}": policy "${externalId}" is not there`);
      for (const holder of found) await put(holder, externalId, withEnd(await read(holder, externalId), expiresAt));
    },
    // Rights hang on the policy alone, also those of sessions that are open.
    disable: remove,
    endSessions: async () => 0,
    remove,
    async verify(externalId) {
      return (await holders()).has(ours(externalId)) ? 'alive' : 'dead';
    },
    list: async () => [...(await holders()).keys()],
    async close() {
      (await opened?.catch(() => undefined))?.client.destroy();
    },
  };
}

function documentOf(grants: readonly AwsPolicyGrant[], detail: AccessDetail, expiresAt: Date): string {
  return policyDocument(
    grants.flatMap(({ statements }) => statements),
    expiresAt,
    detail.source_cidrs ?? [],
  );
}

function holderOf({ principal = '' }: AccessDetail): Holder | undefined {
  const [, kind, name] = PRINCIPAL.exec(principal) ?? [];
  return name === undefined ? undefined : { kind: kind === 'user' ? 'user' : 'role', name };
}

function refusal(target: AwsPolicyTarget, detail: AccessDetail): string | undefined {
  if (detail.actions.length === 0) return 'a policy needs at least one action';
  if (detail.resources.length === 0) return 'a policy needs at least one resource';
  if (holderOf(detail) === undefined) return 'the principal must be user/<name> or role/<name>';
  return chooseGrants(target.grants, detail) === undefined
    ? `no policy gives exactly ${detail.actions.join(', ')} on ${detail.resources.join(', ')}`
    : undefined;
}

async function open({ id, region, profile, endpoint, timeout }: AwsPolicyTarget) {
  try {
    const [iam, providers] = await Promise.all([
      import('@aws-sdk/client-iam'),
      import('@aws-sdk/credential-providers'),
    ]);
    const client = new iam.IAMClient({
      region,
      credentials: providers.fromNodeProviderChain(profile === undefined ? {} : { profile }),
      requestHandler: { requestTimeout: timeout, connectionTimeout: timeout, throwOnRequestTimeout: true },
      ...(endpoint === undefined ? {} : { endpoint }),
    });
    return { iam, client };
  } catch (cause) {
    throw new AppError('ERR_TARGET_REFUSED', `target "${id}": the packages that ask AWS are not installed`, {
      hint: 'npm install @aws-sdk/client-iam @aws-sdk/credential-providers',
      cause,
    });
  }
}

/** Errors of the SDK quote what was sent: only their names are told. A client error says no; all else may be otherwise later. */
function told(target: AwsPolicyTarget, step: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const name = error instanceof Error ? error.name : 'unknown';
  const refused = error instanceof Error && '$fault' in error && error.$fault === 'client' && !/Throttl/.test(name);
  return new AppError(
    refused ? 'ERR_TARGET_REFUSED' : 'ERR_TARGET_UNREACHABLE',
    `target "${target.id}": ${step}: ${name}`,
    { cause: error },
  );
}
