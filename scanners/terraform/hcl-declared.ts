import type { Fact } from '../../src/model/fact.ts';
import { contentId, credentialId, principalId } from '../../src/model/id.ts';
import type { Json } from '../../src/model/json.ts';
import type { Principal } from '../../src/model/principal.ts';
import { textAt } from '../../src/scan/formats/node.ts';
import { NO_EMAIL } from './hcl-google.ts';
import type { HclResource } from './hcl-resources.ts';
import { hasPlaceholder, NOT_APPLIED } from './hcl-value.ts';

/**
 * What a source says, under ids that nobody takes for those of a provider, which only an apply gives:
 *
 * | what | native id |
 * | --- | --- |
 * | a user, role, group or policy of IAM | `terraform:aws:iam::<folder>:role/<name>`, with its address instead of a name that is not known; else the address is an alias |
 * | the account of a folder | `terraform:<folder>` |
 * | anything else that is declared | `terraform:<folder>:<address>` |
 * | who is named by something that is not known | `terraform:<folder>:${var.trusted}` |
 *
 * Principals and credentials have the attribute `planned: declared`, and `declared` is the first step of a grant's `via`, since it
 * may be of somebody who is there already. `instances: unknown` is on what has `count` or `for_each`.
 */
export function declaredFacts(
  facts: readonly Fact[],
  resources: readonly HclResource[],
  folder: string,
): readonly Fact[] {
  const names = new Names(folder, resources);
  for (const fact of facts) if (fact.kind === 'principal') names.note(fact.body);
  // What material stands in a source is the secret engine's to say.
  return facts.flatMap((fact) => (fact.kind === 'secret' ? [] : [renamed(fact, names)]));
}

const WITHOUT_EMAIL = new RegExp(`([\\w.-]+)${NO_EMAIL.replaceAll('.', '\\.')}`, 'g');
const UNKNOWN_ACCOUNT = 'unknown';
const IAM = /^(\w[\w-]*)\/(.*)$/s;

const ADDRESS = /^terraform:((?:module\.[\w-]+(?:\[[^\]]*\])?\.)*(?:data\.)?\w+\.[\w-]+)(\[[^\]]*\])?/;

class Names {
  readonly #prefix: string;
  readonly #folder: string;
  /** Name by what an address is written as in an ARN: `role/aws_iam_role.ci`. */
  readonly #named = new Map<string, string>();
  readonly #byAddress = new Map<string, HclResource>();
  /** Address by what a service account of Google Cloud is called. */
  readonly #emails = new Map<string, string>();
  readonly #ids = new Map<string, string>();

  constructor(folder: string, resources: readonly HclResource[]) {
    this.#prefix = `terraform:aws:iam::${folder.replaceAll(':', '')}:`;
    this.#folder = folder;
    for (const resource of resources) {
      this.#byAddress.set(resource.address, resource);
      const { attributes, address, arn, counted, type } = resource;
      const email = textAt(attributes, 'email');
      if (type === 'google_service_account' && email !== undefined && !email.endsWith(NO_EMAIL))
        this.#emails.set(email, address);
      const name = textAt(attributes, 'name');
      const written = arn?.startsWith(NOT_APPLIED) === true ? arn.slice(NOT_APPLIED.length) : '';
      const kind = /^(role|user|group|policy)\//.exec(written)?.[1];
      // Several of one name cannot be: what is counted has names of its own, or there is one or none.
      if (kind !== undefined && name && !counted) this.#named.set(written, `${kind}/${name}`);
    }
  }

  note({ id, platform, kind, nativeId }: Principal): void {
    const name = this.#special(kind, nativeId);
    if (name !== undefined) this.#ids.set(id, principalId(platform, kind, name));
  }

  resource(address: Json | undefined): HclResource | undefined {
    return typeof address === 'string' ? this.#byAddress.get(address) : undefined;
  }

  native(kind: string, nativeId: string): string {
    return this.#special(kind, nativeId) ?? this.text(nativeId);
  }

  /** The account that a folder is applied to has no other name yet. */
  account(account: string): string {
    return account === UNKNOWN_ACCOUNT ? this.#folder : account;
  }

  /** The address of something whose name is known as well: other files know it by that. */
  alias(nativeId: string): string | undefined {
    const account = this.#emails.get(nativeId);
    if (account !== undefined) return `terraform:${this.#folder}:${account}`;
    const rest = nativeId.startsWith(NOT_APPLIED) ? nativeId.slice(NOT_APPLIED.length) : '';
    return this.#named.has(rest) ? `${this.#prefix}${rest}` : undefined;
  }

  text(text: string): string {
    const id = this.#ids.get(text);
    if (id !== undefined) return id;
    const at = text.indexOf(NOT_APPLIED);
    if (at < 0) return this.#ofFolder(text);
    const rest = text.slice(at + NOT_APPLIED.length);
    const [, kind = '', name = ''] = IAM.exec(rest) ?? [];
    return `${text.slice(0, at)}${this.#prefix}${this.#named.get(`${kind}/${name}`) ?? rest}`;
  }

  deep<T>(value: T): T {
    if (typeof value === 'string') return this.text(value) as T;
    if (Array.isArray(value)) return value.map((item) => this.deep(item)) as T;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.deep(inner)])) as T;
  }

  /** What has its address for a name has it in every folder. */
  #ofFolder(text: string): string {
    if (text.includes(NO_EMAIL))
      return text.replaceAll(WITHOUT_EMAIL, (_, address) => `terraform:${this.#folder}:${address}`);
    const [, address, key = ''] = ADDRESS.exec(text) ?? [];
    return address !== undefined && (this.#byAddress.has(`${address}${key}`) || this.#byAddress.has(address))
      ? `terraform:${this.#folder}:${text.slice('terraform:'.length)}`
      : text;
  }

  /** The native id of what is none of IAM's users, roles, groups and policies. */
  #special(kind: string, nativeId: string): string | undefined {
    if (kind === 'account' && nativeId === UNKNOWN_ACCOUNT) return `terraform:${this.#folder}`;
    const named = hasPlaceholder(nativeId) && !nativeId.startsWith(NOT_APPLIED);
    return named || this.#byAddress.has(nativeId) ? `terraform:${this.#folder}:${nativeId}` : undefined;
  }
}

function renamed(fact: Fact, names: Names): Fact {
  switch (fact.kind) {
    case 'principal':
      return { kind: 'principal', body: principal(fact.body, names) };
    case 'credential': {
      const { id: _, locations, ...content } = fact.body;
      const said = names.deep(content);
      const nativeId = names.native(content.kind, content.nativeId);
      const id = credentialId(said.platform, said.kind, nativeId);
      const attributes = { ...said.attributes, ...DECLARED };
      return { kind: 'credential', body: { ...said, id, nativeId, attributes, locations } };
    }
    case 'grant': {
      const { id: _, locations, ...content } = fact.body;
      const said = names.deep(content);
      const marked = { ...said, scope: names.account(said.scope), via: ['declared', ...said.via] };
      return { kind: 'grant', body: { id: contentId('grant', { ...marked }), ...marked, locations } };
    }
    case 'trust': {
      const { id: _, locations, ...content } = fact.body;
      const deep = names.deep(content);
      const { subject } = deep;
      const said =
        subject.kind === 'account' ? { ...deep, subject: { ...subject, value: names.account(subject.value) } } : deep;
      return { kind: 'trust', body: { id: contentId('trust', { ...said }), ...said, locations } };
    }
    case 'secret':
      return fact;
  }
}

const DECLARED = { planned: 'declared' } as const;

function principal(body: Principal, names: Names): Principal {
  const { platform, kind, aliases, scope, ...rest } = body;
  const nativeId = names.native(kind, body.nativeId);
  const isRenamed = nativeId !== body.nativeId;
  // Who is only named under the name that it has may be there already.
  if (!isRenamed && body.seen === 'referenced') return body;
  const alias = names.alias(body.nativeId);
  const kept = isRenamed ? [] : (aliases ?? []);
  const all = alias === undefined ? kept : [...kept, alias];
  const resource = names.resource(body.attributes?.resource);
  return {
    ...rest,
    id: principalId(platform, kind, nativeId),
    platform,
    kind,
    nativeId,
    name: body.name.includes(NO_EMAIL) || (isRenamed && body.seen === 'referenced') ? nameOf(nativeId) : body.name,
    scope: scope.map((part) => names.account(part)),
    ...(all.length === 0 ? {} : { aliases: all }),
    attributes: { ...body.attributes, ...DECLARED, ...(resource?.counted === true ? { instances: 'unknown' } : {}) },
  };
}

/** What stands behind the folder. */
function nameOf(nativeId: string): string {
  const ofIam = nativeId.startsWith('terraform:aws:');
  return ofIam ? nativeId.slice(nativeId.lastIndexOf('/') + 1) : nativeId.replace(/^terraform:[^:]*:?/, '') || nativeId;
}
