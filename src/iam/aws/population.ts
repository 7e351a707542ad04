import { groupBy } from '../../model/group-by.ts';
import type { Principal } from '../../model/principal.ts';
import type { AwsAccess } from './access.ts';
import { tagsOf } from './context.ts';
import { type Asked, ask, askExactly } from './question.ts';
import { patternRelation } from './relation.ts';

export type TargetKind = 'user' | 'role' | 'group';

/** A listed user, role or group, as something that others can act on. */
export interface Target {
  readonly id: string;
  readonly principal: Principal;
  readonly kind: TargetKind;
  readonly account: string;
  /** Its ARN as a question. */
  readonly arn: Asked;
  /** IAM lets nobody change it: a service-linked role, a role of the identity center. */
  readonly locked: boolean;
  readonly tags: ReadonlyMap<string, string> | undefined;
}

/** All targets of a view, by what ways ask for. */
export interface Population {
  of(kind: TargetKind, account: string): readonly Target[];
  /** Of one account or of all, those whose ARN a pattern without variables matches. */
  matching(kind: TargetKind, account: string | undefined, pattern: string): readonly Target[];
  readonly roles: readonly Target[];
  readonly byId: ReadonlyMap<string, Target>;
}

const LOCKED = /:role\/aws-(?:service-role|reserved)\//;

export function populationOf(access: AwsAccess): Population {
  const targets = [...access.inventory.principals.values()].flatMap((principal) => {
    const { platform, kind, seen } = principal;
    if (platform !== 'aws' || seen !== 'listed' || !isTargetKind(kind)) return [];
    return [new ListedTarget(principal, kind)];
  });
  const byAccount = groupBy(targets, ({ kind, account }) => `${kind}:${account}`);
  const byArn = new Map(targets.map((target) => [target.principal.nativeId, target]));
  const roles = targets.filter(({ kind }) => kind === 'role');
  const scans = new Map<string, readonly Target[]>();
  const of = (kind: TargetKind, account: string) => byAccount.get(`${kind}:${account}`) ?? [];
  return {
    of,
    roles,
    byId: new Map(targets.map((target) => [target.id, target])),
    matching: (kind, account, pattern) => {
      const inReach = (target: Target) => target.kind === kind && (account === undefined || target.account === account);
      const question = ask(pattern);
      if (question.concrete) {
        const target = byArn.get(pattern);
        return target !== undefined && inReach(target) ? [target] : [];
      }
      const key = `${kind}:${account ?? ''}:${pattern}`;
      const known = scans.get(key);
      if (known !== undefined) return known;
      const candidates = account === undefined ? targets.filter(inReach) : of(kind, account);
      const found = candidates.filter((target) => patternRelation(question.glob, target.arn) === 'all');
      scans.set(key, found);
      return found;
    },
  };
}

/** Most are never asked about: their patterns are compiled for those that are. */
class ListedTarget implements Target {
  readonly principal: Principal;
  readonly kind: TargetKind;
  readonly account: string;
  #arn: Asked | undefined;

  constructor(principal: Principal, kind: TargetKind) {
    this.principal = principal;
    this.kind = kind;
    this.account = principal.nativeId.split(':')[4] ?? '';
  }

  get id(): string {
    return this.principal.id;
  }

  get arn(): Asked {
    this.#arn ??= askExactly(ask(this.principal.nativeId));
    return this.#arn;
  }

  get locked(): boolean {
    return LOCKED.test(this.principal.nativeId);
  }

  get tags(): ReadonlyMap<string, string> | undefined {
    return tagsOf(this.principal);
  }
}

function isTargetKind(kind: string): kind is TargetKind {
  return kind === 'user' || kind === 'role' || kind === 'group';
}
