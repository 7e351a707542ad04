import type { Grant } from '../../model/grant.ts';
import type { Json } from '../../model/json.ts';
import { compileGlob, type Glob } from './glob.ts';
import { type ActionQuestion, serviceOf } from './question.ts';
import { hasVariables } from './variables.ts';

/** A statement of a policy as it is asked. Patterns are compiled when they are first needed: most never are. */
export interface Statement {
  /** Id of the grant; empty where no grant says so, of the root user. */
  readonly grant: string;
  /** The policy that it stands in, for people: `policy:arn:…`. */
  readonly policy: string;
  readonly actions: ActionList;
  readonly resources: ResourceList;
  readonly condition: Json | undefined;
}

export type Content = Pick<Grant, 'actions' | 'notActions' | 'resources' | 'notResources' | 'condition'>;

export function statementOf(grant: Grant, content: Content): Statement {
  const { actions, notActions, resources, notResources, condition } = content;
  return {
    grant: grant.id,
    policy: policyOf(grant),
    actions: new ActionList(notActions ?? actions, notActions !== undefined),
    resources: new ResourceList(notResources ?? resources, notResources !== undefined),
    condition,
  };
}

/** The step of a grant's way that names its policy. */
export function policyOf(grant: Grant): string {
  return grant.via.find((step) => step.startsWith('policy:')) ?? grant.via.join(' ');
}

/** Action, or (inverted) NotAction. */
export class ActionList {
  readonly texts: readonly string[];
  readonly inverted: boolean;
  #globs: readonly Glob[] | undefined;

  constructor(texts: readonly string[], inverted: boolean) {
    this.texts = texts;
    this.inverted = inverted;
  }

  get globs(): readonly Glob[] {
    this.#globs ??= this.texts.map((text) => compileGlob(text === '*:*' ? '*' : text.toLowerCase()));
    return this.#globs;
  }
}

/** Resource, or (inverted) NotResource. */
export class ResourceList {
  readonly texts: readonly string[];
  readonly inverted: boolean;
  /** Names every resource: there is nothing to compare. */
  readonly everything: boolean;
  #globs: readonly (Glob | undefined)[] | undefined;

  constructor(texts: readonly string[], inverted: boolean) {
    this.texts = texts;
    this.inverted = inverted;
    this.everything = texts.includes('*');
  }

  /** One per pattern; undefined where it has variables, so that it depends on who asks. */
  get globs(): readonly (Glob | undefined)[] {
    this.#globs ??= this.texts.map((text) => (hasVariables(text) ? undefined : compileGlob(text)));
    return this.#globs;
  }
}

/** Statements by the services that they speak of, so that a question looks at few of them. */
export class StatementSet {
  readonly all: readonly Statement[];
  readonly #about = new Map<string, readonly Statement[]>();
  #services: ReadonlyMap<Statement, ReadonlySet<string> | undefined> | undefined;

  constructor(all: readonly Statement[]) {
    this.all = all;
  }

  /** Those that can name the action. */
  about({ service }: ActionQuestion): readonly Statement[] {
    if (service === undefined || this.all.length === 0) return this.all;
    const known = this.#about.get(service);
    if (known !== undefined) return known;
    this.#services ??= new Map(this.all.map((statement) => [statement, servicesOf(statement.actions)]));
    const services = this.#services;
    const found = this.all.filter((statement) => services.get(statement)?.has(service) ?? true);
    this.#about.set(service, found);
    return found;
  }
}

/** The services that a list of actions names; undefined when that can be any. */
function servicesOf({ texts, inverted }: ActionList): ReadonlySet<string> | undefined {
  if (inverted) return undefined;
  const services = new Set<string>();
  for (const text of texts) {
    const service = serviceOf(text.toLowerCase());
    if (service === undefined) return undefined;
    services.add(service);
  }
  return services;
}
