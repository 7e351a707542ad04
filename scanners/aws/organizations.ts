import { principalId } from '../../src/model/id.ts';
import { isObject, type JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { Principal } from '../../src/model/principal.ts';
import { member, objects, text, texts } from '../../src/scan/formats/json-members.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { policyGrants } from './grants.ts';
import { readPolicyDocument } from './policy-document.ts';
import { baseName, type Item, type Reply, readReplies } from './replies.ts';
import { relation } from './trusts.ts';

/**
 * Reads answers of AWS Organizations: `describe-organization`, `list-roots`, `list-organizational-units-for-parent`,
 * `list-accounts-for-parent`, `list-accounts`, `list-parents`, `list-policies`, `list-policies-for-target`, `describe-policy`,
 * `list-targets-for-policy`.
 *
 * Most of these do not name what was asked about. It is taken from a member beside the answer (`ParentId`, `ChildId`,
 * `PolicyId`, `TargetId`) or from the id in the file's name; ids of organizations are like no others.
 *
 * Source: AWS Organizations API Reference.
 */
export async function readOrganizations(file: SourceFile, context: ScanContext): Promise<void> {
  await readReplies(file, context, (reply) => new Reader(file, context, reply).read());
}

const PARENT = /(?:^|[^a-z0-9])(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})(?![a-z0-9])/;
const POLICY = /(?:^|[^A-Za-z0-9])(p-[0-9A-Za-z_]{8,128})/;
const CHILD = /(?:^|[^a-z0-9])(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|\d{12})(?![a-z0-9])/;
const ARN = /^arn:[^:]*:organizations::([^:]*):[^/]+\/(o-[a-z0-9]{10,32})\//;

const PREFIX = { SERVICE_CONTROL_POLICY: 'scp', RESOURCE_CONTROL_POLICY: 'rcp' } as const;

class Reader {
  readonly #name: string;
  readonly #context: ScanContext;
  readonly #reply: Reply;

  constructor(file: SourceFile, context: ScanContext, reply: Reply) {
    this.#name = file.about ?? baseName(file);
    this.#context = context;
    this.#reply = reply;
  }

  read(): void {
    const { objects: of } = this.#reply;
    for (const item of of('Organization')) this.#organization(item);
    for (const item of of('Roots')) this.#root(item);
    this.#children('OrganizationalUnits', 'organizational-unit');
    this.#children('Accounts', 'account');
    this.#parents(of('Parents'));
    this.#policies(of('Policies'));
    for (const item of of('Policy')) this.#policy(item);
    if (this.#reply.has('Targets') || this.#reply.empty) this.#targets(of('Targets'));
  }

  #organization({ value, location }: Item<JsonObject>): void {
    const id = text(value, 'Id');
    if (id === undefined) return;
    const account = text(value, 'MasterAccountId') ?? text(value, 'ManagementAccountId');
    this.#emit('organization', id, id, [], { organization: id, management_account: account }, location);
  }

  #root({ value, location }: Item<JsonObject>): void {
    const types = objects(value, 'PolicyTypes')
      .filter((type) => text(type, 'Status') === 'ENABLED')
      .flatMap((type) => text(type, 'Type') ?? []);
    this.#unit(
      value,
      'organization-root',
      location,
      member(value, 'PolicyTypes') === undefined ? {} : { policy_types: types },
    );
  }

  #children(list: string, kind: 'organizational-unit' | 'account'): void {
    const items = this.#reply.objects(list);
    const parent = this.#reply.text('ParentId') ?? PARENT.exec(this.#name)?.[1];
    for (const { value, location } of items) {
      const status = text(value, 'Status') ?? text(value, 'State');
      const child = this.#unit(value, kind, location, status === undefined ? {} : { status });
      if (child === undefined) continue;
      if (parent !== undefined) this.#under(child, idOf(parent), location);
      // What newer answers say of an account themselves: `o-…/r-…/ou-…/123456789012/`.
      for (const path of texts(value, 'Paths')) {
        const above = path.split('/').filter((step) => /^(?:r|ou)-/.test(step));
        const steps = [...above.map(idOf), child];
        for (const [index, step] of steps.entries()) {
          const up = steps[index - 1];
          if (up !== undefined) this.#under(step, up, location);
        }
      }
    }
    const [first] = items;
    // An answer with accounts may be of list-accounts, which asks about no parent.
    if (first !== undefined && parent === undefined && kind === 'organizational-unit')
      this.#unasked('parent', first.location);
  }

  #parents(items: readonly Item<JsonObject>[]): void {
    const child = this.#reply.text('ChildId') ?? CHILD.exec(this.#name)?.[1];
    for (const { value, location } of items) {
      const parent = text(value, 'Id');
      if (parent === undefined) continue;
      if (child === undefined) this.#unasked('child', location);
      else this.#under(idOf(child), idOf(parent), location);
    }
  }

  #policies(items: readonly Item<JsonObject>[]): void {
    const target = this.#reply.text('TargetId') ?? (/for-?target/i.test(this.#name) ? targetIn(this.#name) : undefined);
    const types = new Set<string>();
    let organization: { readonly id: string; readonly account: string } | undefined;
    for (const { value, location } of items) {
      const policy = this.#summary(value, location, {});
      if (policy === undefined) continue;
      organization ??= organizationOf(text(value, 'Arn'));
      types.add(text(value, 'Type') ?? '');
      if (target !== undefined) this.#attached(idOf(target), policy, location);
    }
    if (!this.#reply.whole) return;
    const seen = [...types].flatMap((type) => PREFIX[type as keyof typeof PREFIX] ?? []);
    if (target !== undefined) {
      const attributes = Object.fromEntries(seen.map((type) => [`${type}_seen`, true]));
      const [kind, id] = kindOf(target);
      this.#emit(kind, id, id, [], attributes, this.#reply.location);
    } else if (organization !== undefined) {
      const listed = Object.fromEntries(seen.map((type) => [`${type}_listed`, true]));
      const { id, account } = organization;
      const attributes = { organization: id, management_account: account, ...listed };
      this.#emit('organization', id, id, [], attributes, this.#reply.location);
    }
  }

  #policy({ value, location }: Item<JsonObject>): void {
    const summary = member(value, 'PolicySummary');
    const content = member(value, 'Content');
    if (!isObject(summary)) return;
    const role = PREFIX[text(summary, 'Type') as keyof typeof PREFIX];
    const policy = this.#summary(summary, location, content === undefined ? {} : { content_seen: true });
    // Tag, backup and chat policies bound no permission.
    if (policy === undefined || role === undefined || content === undefined) return;
    const document = readPolicyDocument('identity', content, () => location, location);
    for (const fault of document.faults)
      this.#context.problem({
        message: `${fault.message} (${text(summary, 'Name') ?? policy})`,
        location: fault.location,
      });
    const scope = organizationOf(text(summary, 'Arn'))?.id ?? '';
    const named = text(summary, 'Name') ?? text(summary, 'Id') ?? '';
    for (const body of policyGrants({ holder: policy, scope, role, policy: named }, document))
      this.#context.emit({ kind: 'grant', body });
  }

  #targets(items: readonly Item<JsonObject>[]): void {
    const policy = this.#reply.text('PolicyId') ?? POLICY.exec(this.#name)?.[1];
    const [first] = items;
    if (policy === undefined) {
      if (first !== undefined) this.#unasked('policy', first.location);
      return;
    }
    const id = principalId('aws', 'organization-policy', policy);
    for (const { value, location } of items) {
      const target = text(value, 'TargetId');
      if (target === undefined) continue;
      const [kind, nativeId] = kindOf(target);
      this.#unit({ ...value, Id: nativeId }, kind, location, {});
      this.#attached(principalId('aws', kind, nativeId), id, location);
    }
    const seen = this.#reply.whole ? { targets_seen: true } : {};
    this.#emit('organization-policy', policy, policy, [], seen, this.#reply.location);
  }

  #summary(value: JsonObject, location: Location, more: JsonObject): string | undefined {
    const id = text(value, 'Id');
    if (id === undefined) {
      this.#context.problem({ message: 'an organization policy without Id', location });
      return undefined;
    }
    const of = organizationOf(text(value, 'Arn'));
    const attributes = {
      name: text(value, 'Name'),
      type: text(value, 'Type'),
      organization: of?.id,
      aws_managed: member(value, 'AwsManaged') === true,
      ...more,
    };
    return this.#emit('organization-policy', id, id, of === undefined ? [] : [of.id], attributes, location);
  }

  #unit(value: JsonObject, kind: string, location: Location, more: JsonObject): string | undefined {
    const id = text(value, 'Id');
    if (id === undefined) {
      this.#context.problem({ message: `an ${kind} without Id`, location });
      return undefined;
    }
    const of = organizationOf(text(value, 'Arn'));
    const known = of === undefined ? {} : { organization: of.id, management_account: of.account };
    const scope = of === undefined ? [] : [of.id];
    return this.#emit(kind, id, text(value, 'Name') ?? id, scope, { ...known, ...more }, location);
  }

  #emit(
    kind: string,
    nativeId: string,
    name: string,
    scope: readonly string[],
    attributes: JsonObject,
    location: Location,
  ): string {
    const id = principalId('aws', kind, nativeId);
    const known = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
    const body: Principal = {
      ...{ id, platform: 'aws', kind, nativeId, name, scope, seen: 'listed' },
      attributes: known,
      locations: [location],
    };
    this.#context.emit({ kind: 'principal', body });
    return id;
  }

  #under(child: string, parent: string, location: Location): void {
    this.#context.emit({ kind: 'trust', body: relation(parent, child, 'child-of', location) });
  }

  #attached(target: string, policy: string, location: Location): void {
    this.#context.emit({ kind: 'trust', body: relation(policy, target, 'attached-to', location) });
  }

  #unasked(what: string, location: Location): void {
    const message = `this answer does not name the ${what} that was asked about: name the file by its id, or add it as ${what[0]?.toUpperCase()}${what.slice(1)}Id`;
    this.#context.problem({ message, location });
  }
}

function targetIn(name: string): string | undefined {
  return PARENT.exec(name)?.[1] ?? CHILD.exec(name)?.[1];
}

function kindOf(id: string): readonly [kind: string, id: string] {
  if (id.startsWith('r-')) return ['organization-root', id];
  return [id.startsWith('ou-') ? 'organizational-unit' : 'account', id];
}

function idOf(id: string): string {
  return principalId('aws', ...kindOf(id));
}

/** Every ARN of an organization has its id and the management account. */
function organizationOf(arn: string | undefined): { readonly id: string; readonly account: string } | undefined {
  const [, account, id] = ARN.exec(arn ?? '') ?? [];
  return account === undefined || id === undefined || account === 'aws' ? undefined : { id, account };
}
