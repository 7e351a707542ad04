import { instant } from '../../src/scan/formats/instant.ts';
import { entriesAt, itemsAt, type Node, type Place, textAt, textsAt, valueAt } from '../../src/scan/formats/node.ts';
import { named, type PrincipalName } from '../cloud-principals.ts';
import type { AwsAccounts } from './aws-accounts.ts';
import { AwsFacts, type AwsKind, type WrittenPolicy } from './aws-facts.ts';
import { AWS_WORKLOADS, type AwsWorkload } from './aws-workloads.ts';
import type { FactSet } from './fact-set.ts';
import { positionedJson } from './json-of.ts';
import { blockOf } from './nodes.ts';
import { isUnknown, placeOf, type Resource, textOf } from './resource.ts';
import type { World } from './world.ts';

const HOLDERS: Readonly<Record<AwsKind, string>> = {
  user: 'aws_iam_user',
  role: 'aws_iam_role',
  group: 'aws_iam_group',
};
const PROFILE = 'aws_iam_instance_profile';
const KINDS = ['user', 'role', 'group'] as const;

/** Types that are read besides those of `AWS_WORKLOADS` and static keys. */
export const AWS_TYPES: readonly string[] = [
  ...Object.values(HOLDERS),
  ...KINDS.flatMap((kind) => [`aws_iam_${kind}_policy`, `aws_iam_${kind}_policy_attachment`]),
  'aws_iam_policy',
  'aws_iam_policy_attachment',
  'aws_iam_group_membership',
  'aws_iam_user_group_membership',
  PROFILE,
  'aws_iam_openid_connect_provider',
  'aws_eks_pod_identity_association',
];

/** Users, roles, groups, their policies, trusts and memberships, and what runs as a role. */
export class AwsResources {
  readonly #world: World;
  readonly #accounts: AwsAccounts;
  readonly #facts: FactSet;
  readonly #aws: AwsFacts;
  /** ARNs of holders by kind and name. */
  readonly #arns = new Map<string, { readonly arn: string; readonly resource: Resource }[]>();

  constructor(world: World, accounts: AwsAccounts, facts: FactSet) {
    this.#world = world;
    this.#accounts = accounts;
    this.#facts = facts;
    this.#aws = new AwsFacts(facts);
  }

  tell(): void {
    for (const kind of KINDS) {
      for (const resource of [...this.#world.managed(HOLDERS[kind]), ...this.#world.data(HOLDERS[kind])]) {
        const name = textOf(resource, 'name') ?? textOf(resource, `${kind}_name`);
        const known = this.#arns.get(`${kind}/${name}`) ?? [];
        this.#arns.set(`${kind}/${name}`, [...known, { arn: this.#arn(kind, resource), resource }]);
      }
    }
    for (const resource of [...this.#world.managed('aws_iam_policy'), ...this.#world.data('aws_iam_policy')]) {
      this.#aws.managedPolicy(this.#policyArn(resource), this.#document(resource, 'policy'));
    }
    for (const kind of KINDS) for (const resource of this.#world.managed(HOLDERS[kind])) this.#holder(kind, resource);
    for (const kind of KINDS) this.#policies(kind);
    this.#memberships();
    for (const resource of this.#world.managed('aws_iam_openid_connect_provider')) this.#provider(resource);
    for (const resource of this.#world.managed(PROFILE)) {
      this.#aws.instanceProfile(this.#profile(resource), this.holder('role', resource, 'role'), resource.place);
    }
    for (const type of this.#world.types()) {
      const workload = AWS_WORKLOADS[type];
      if (workload === undefined) continue;
      for (const resource of this.#world.managed(type)) this.#workload(resource, workload);
    }
    for (const resource of this.#world.managed('aws_eks_pod_identity_association')) this.#podIdentity(resource);
    this.#aws.end();
  }

  /** The user, role or group that an attribute names, by name or, where that is not known yet, by reference. After `tell`. */
  holder(kind: AwsKind, resource: Resource, attribute: string): PrincipalName | undefined {
    const name = textOf(resource, attribute);
    if (name !== undefined) return this.#named(kind, name, resource, placeOf(resource, attribute));
    const referred = this.#world.referred(resource, attribute, HOLDERS[kind]);
    return referred === undefined
      ? undefined
      : this.#aws.reference(kind, this.#arn(kind, referred), placeOf(resource, attribute));
  }

  #named(kind: AwsKind, name: string, resource: Resource, place: Place): PrincipalName {
    if (name.startsWith('arn:')) return this.#aws.reference(kind, name, place);
    const known = this.#arns.get(`${kind}/${name}`) ?? [];
    const same = known.filter((other) => other.resource.provider === resource.provider);
    const [found] = same.length > 0 ? same : known;
    const { account, partition } = this.#accounts.of(resource);
    return this.#aws.reference(kind, found?.arn ?? `arn:${partition}:iam::${account}:${kind}/${name}`, place);
  }

  #arn(kind: string, resource: Resource): string {
    const arn = textOf(resource, 'arn');
    if (arn !== undefined) return arn;
    const name = textOf(resource, 'name');
    if (name === undefined) return resource.address;
    const { account, partition } = this.#accounts.of(resource);
    return `arn:${partition}:iam::${account}:${kind}${textOf(resource, 'path') ?? '/'}${name}`;
  }

  #policyArn(resource: Resource): string {
    return this.#arn('policy', resource);
  }

  #holder(kind: AwsKind, resource: Resource): void {
    const { attributes, place, address } = resource;
    const uniqueId = textOf(resource, 'unique_id');
    const session = Number(textOf(resource, 'max_session_duration') ?? Number.NaN);
    const holder = this.#aws.principal(kind, this.#arn(kind, resource), place, {
      name: textOf(resource, 'name'),
      aliases: uniqueId === undefined ? [] : [uniqueId],
      tags: kind === 'group' ? undefined : tagsOf(resource),
      createdAt: instant(textOf(resource, 'create_date')),
      attributes: {
        path: textOf(resource, 'path') ?? '/',
        resource: address,
        ...(Number.isFinite(session) ? { max_session: session } : {}),
      },
    });
    const boundary = textOf(resource, 'permissions_boundary') ?? this.#referredPolicy(resource, 'permissions_boundary');
    if (boundary !== undefined)
      this.#aws.attach(holder, boundary, placeOf(resource, 'permissions_boundary'), 'boundary');
    if (kind !== 'role') return;
    this.#aws.trustPolicy(holder, this.#document(resource, 'assume_role_policy'));
    for (const inline of itemsAt(attributes, 'inline_policy')) {
      const name = textAt(inline, 'name');
      const policy = textAt(inline, 'policy');
      // A block without both is how a configuration says that there are no inline policies.
      if (name && policy) this.#aws.inlinePolicy(holder, name, this.#written(valueAt(inline, 'policy'), inline.place));
    }
    for (const policy of itemsAt(attributes, 'managed_policy_arns')) {
      const arn = textAt(policy);
      if (arn) this.#aws.attach(holder, arn, policy.place);
    }
  }

  #policies(kind: AwsKind): void {
    for (const resource of this.#world.managed(`aws_iam_${kind}_policy`)) {
      const holder = this.#holderOrProblem(kind, resource, kind);
      if (holder === undefined) continue;
      this.#aws.inlinePolicy(holder, textOf(resource, 'name') ?? resource.address, this.#document(resource, 'policy'));
    }
    for (const resource of this.#world.managed(`aws_iam_${kind}_policy_attachment`)) {
      const holder = this.#holderOrProblem(kind, resource, kind);
      if (holder !== undefined) this.#attach(holder, resource);
    }
    for (const resource of this.#world.managed('aws_iam_policy_attachment')) {
      for (const name of itemsAt(resource.attributes, `${kind}s`)) {
        const text = textAt(name);
        if (text) this.#attach(this.#named(kind, text, resource, name.place), resource);
      }
    }
  }

  #attach(holder: PrincipalName, resource: Resource): void {
    const arn =
      textOf(resource, 'policy_arn') ??
      this.#referredPolicy(resource, 'policy_arn') ??
      `${resource.address}.policy_arn`;
    this.#aws.attach(holder, arn, resource.place);
  }

  #referredPolicy(resource: Resource, attribute: string): string | undefined {
    if (!isUnknown(resource, attribute) && resource.references === undefined) return undefined;
    const policy = this.#world.referred(resource, attribute, 'aws_iam_policy');
    if (policy !== undefined) return this.#policyArn(policy);
    return isUnknown(resource, attribute) ? `${resource.address}.${attribute}` : undefined;
  }

  #memberships(): void {
    for (const resource of this.#world.managed('aws_iam_group_membership')) {
      const group = this.#holderOrProblem('group', resource, 'group');
      for (const name of itemsAt(resource.attributes, 'users')) {
        const text = textAt(name);
        if (group !== undefined && text) {
          this.#aws.memberOf(this.#named('user', text, resource, name.place), group, name.place);
        }
      }
    }
    for (const resource of this.#world.managed('aws_iam_user_group_membership')) {
      const user = this.#holderOrProblem('user', resource, 'user');
      for (const name of itemsAt(resource.attributes, 'groups')) {
        const text = textAt(name);
        if (user !== undefined && text) {
          this.#aws.memberOf(user, this.#named('group', text, resource, name.place), name.place);
        }
      }
    }
  }

  #holderOrProblem(kind: AwsKind, resource: Resource, attribute: string): PrincipalName | undefined {
    const holder = this.holder(kind, resource, attribute);
    if (holder === undefined && !isUnknown(resource, attribute)) {
      this.#facts.problem(`${resource.type} names no ${kind}`, resource.place);
    }
    return holder;
  }

  /** Whose tokens may become roles, when those say so. */
  #provider(resource: Resource): void {
    const arn = this.#arn('oidc-provider', resource);
    const url = (textOf(resource, 'url') ?? '').replace(/^https:\/\//, '');
    const name = url === '' ? resource.address : url;
    const account = this.#accounts.of(resource).account;
    this.#facts.principal(
      { id: `aws:oidc-provider:${arn}`, platform: 'aws', kind: 'oidc-provider', nativeId: arn, name, scope: [account] },
      resource.place,
      {
        attributes: {
          issuer: url,
          client_ids: textsAt(resource.attributes, 'client_id_list'),
          resource: resource.address,
        },
      },
    );
  }

  #workload(resource: Resource, workload: AwsWorkload): void {
    const { attributes, place, address } = resource;
    const roles = workload.roles.flatMap((path) => {
      const node = nodeAt(attributes, path);
      const text = textAt(node);
      const at = node?.place ?? place;
      if (text) return [{ principal: this.#named('role', text, resource, at), place: at }];
      const referred = this.#world.referred(resource, path.split('.')[0] ?? '', HOLDERS.role);
      return referred === undefined
        ? []
        : [{ principal: this.#aws.reference('role', this.#arn('role', referred), at), place: at }];
    });
    const profile = (workload.profiles ?? []).flatMap((path) => this.#profileAt(resource, path) ?? []).slice(0, 1);
    // Who runs as no role has no credentials to hand out.
    const holds = roles.length + profile.length > 0;
    const imds = holds ? textAt(nodeAt(attributes, 'metadata_options.0.http_tokens')) : undefined;
    const kept = (workload.keeps ?? []).flatMap((name) => {
      const text = textOf(resource, name);
      return text === undefined ? [] : [[name, text] as const];
    });
    const tags = tagsOf(resource);
    this.#aws.runsAs(
      {
        kind: workload.kind,
        nativeId: textOf(resource, workload.id ?? 'arn') ?? textOf(resource, 'arn') ?? address,
        name: textOf(resource, workload.name) ?? address,
        place,
      },
      [...roles, ...profile],
      {
        ...(workload.kind === 'workload' ? { type: resource.type } : {}),
        resource: address,
        ...(imds === undefined ? {} : { http_tokens: imds }),
        ...Object.fromEntries(kept),
        ...(tags === undefined ? {} : { tags }),
      },
      tags,
    );
  }

  /** An instance names its profile by name. */
  #profileAt(
    resource: Resource,
    path: string,
  ): { readonly principal: PrincipalName; readonly place: Place } | undefined {
    const node = nodeAt(resource.attributes, path);
    const text = textAt(node);
    const place = node?.place ?? resource.place;
    if (!text) {
      const referred = this.#world.referred(resource, path.split('.')[0] ?? '', PROFILE);
      return referred === undefined ? undefined : { principal: this.#profile(referred), place };
    }
    const all = [...this.#world.managed(PROFILE), ...this.#world.data(PROFILE)];
    const known = all.find((other) => [textOf(other, 'name'), textOf(other, 'arn')].includes(text));
    if (known !== undefined) return { principal: this.#profile(known), place };
    const { account, partition } = this.#accounts.of(resource);
    const arn = text.startsWith('arn:') ? text : `arn:${partition}:iam::${account}:instance-profile/${text}`;
    return { principal: profileOf(arn, text), place };
  }

  #profile(resource: Resource): PrincipalName {
    return profileOf(this.#arn('instance-profile', resource), textOf(resource, 'name') ?? resource.address);
  }

  /** EKS hands a role to the pods of a service account; no annotation says so. */
  #podIdentity(resource: Resource): void {
    const role = this.holder('role', resource, 'role_arn');
    const [cluster, namespace, name] = ['cluster_name', 'namespace', 'service_account'].map((key) =>
      textOf(resource, key),
    );
    if (role === undefined || cluster === undefined || namespace === undefined || name === undefined) return;
    const nativeId = `${cluster}/${namespace}/${name}`;
    const id = this.#facts.reference(
      {
        id: `kubernetes:service-account:${nativeId}`,
        platform: 'kubernetes',
        kind: 'service-account',
        nativeId,
        name,
        scope: [cluster, namespace],
      },
      resource.place,
    );
    const subject = { kind: 'principal', id } as const;
    this.#facts.trust(
      { platform: 'aws', principal: role.id, subject, declaredBy: 'target', effect: 'allow', how: 'runs-as' },
      resource.place,
    );
  }

  /** A policy that an attribute holds. */
  #document(resource: Resource, name: string): WrittenPolicy {
    return this.#written(valueAt(resource.attributes, name), resource.place);
  }

  /** Text as states have it, or what a source writes as an object. An absent one is not known yet. */
  #written(node: Node | undefined, fallback: Place): WrittenPolicy {
    if (node?.kind === 'map') return { ...positionedJson(node, this.#facts.at(node.place).path), place: node.place };
    const text = textAt(node);
    return { value: text === '' ? undefined : text, place: node?.place ?? fallback };
  }
}

function profileOf(arn: string, name: string): PrincipalName {
  const account = arn.split(':')[4];
  return named('aws', 'instance-profile', arn, name, account ? [account] : []);
}

function tagsOf({ attributes }: Resource): Readonly<Record<string, string>> | undefined {
  const all = ['tags_all', 'tags'].find((name) => valueAt(attributes, name)?.kind === 'map');
  if (all === undefined) return undefined;
  return Object.fromEntries(
    entriesAt(attributes, all).flatMap(([key, { value }]) => {
      const text = textAt(value);
      return text === undefined ? [] : [[key, text] as const];
    }),
  );
}

/** By a path of names: `metadata_options.0.http_tokens`. */
function nodeAt(node: Node | undefined, path: string): Node | undefined {
  let found = node;
  for (const step of path.split('.')) {
    // The only block of its kind is a list of one, or (in Pulumi) itself.
    found = step === '0' ? blockOf(found) : valueAt(found, step);
  }
  return found;
}
