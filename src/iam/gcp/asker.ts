import { type Answer, and, not, or } from '../../model/answer.ts';
import type { Principal } from '../../model/principal.ts';
import type { AccessAnswer, AccessQuestion } from '../evaluator.ts';
import type { Access, Holding } from './access.ts';
import { conditionAnswer } from './condition.ts';
import { Denials } from './denial.ts';
import { nodeOf } from './resource-name.ts';
import { circumstanceOf } from './resource-type.ts';

const NOTHING: AccessAnswer = { answer: 'no', grants: [], trusts: [] };
const MAX_PERMISSIONS = 50;

/**
 * Answers questions about single principals. Permissions are named as roles name them (`storage.objects.get`), resources by their
 * full name, or a container by its short one (`projects/acme`), or an account by its address.
 */
export function askerOf(access: Access, now: Date): (principal: string, question: AccessQuestion) => AccessAnswer {
  const groups = access.holdingsOfUnreadGroups();
  return (id, { action, resource }) => {
    const principal = access.inventory.principals.get(access.idOf(id));
    // What was deleted can do nothing, whoever else a binding is for.
    if (principal === undefined || principal.attributes?.deleted === true) return NOTHING;
    const asked = new Asked(access, principal, now, groups);
    if (!action.includes('*')) return asked.permission(action, resource);
    return asked.pattern(action, resource);
  };
}

class Asked {
  readonly #access: Access;
  readonly #now: Date;
  readonly #denials: Denials;
  readonly #holdings: readonly { readonly holding: Holding; readonly provided: Answer }[];

  constructor(access: Access, principal: Principal, now: Date, groups: ReturnType<Access['holdingsOfUnreadGroups']>) {
    this.#access = access;
    this.#now = now;
    this.#denials = new Denials(access, principal, now);
    const mayBeMember = principal.kind === 'user' || principal.kind === 'service-account';
    this.#holdings = [
      ...[...access.holdingsOf(principal), ...access.publicHoldings(principal)].map((holding) => ({
        holding,
        provided: 'yes' as const,
      })),
      ...(mayBeMember ? groups : []).flatMap(({ group, holdings }) =>
        holdings.map((holding) => ({ holding, provided: { if: [`${principal.name} is a member of ${group.name}`] } })),
      ),
    ];
  }

  permission(permission: string, resource: string | undefined): AccessAnswer {
    const node = resource === undefined ? undefined : nodeAsked(resource, this.#access);
    const found: { answer: Answer; holding: Holding }[] = [];
    for (const { holding, provided } of this.#holdings) {
      const held = this.#access.roles.has(holding.role, permission);
      const at = held === 'no' ? 'no' : this.#reaches(holding.node, node);
      if (held === 'no' || at === 'no') continue;
      const circumstance = circumstanceOf(permission, this.#now, this.#oneNode(node), this.#otherNames(node));
      const answer = and(provided, held, at, conditionAnswer(holding.grant.condition, circumstance));
      const allowed = and(answer, not(this.#deniedAt(permission, node ?? holding.node)));
      if (allowed !== 'no') found.push({ answer: allowed, holding });
    }
    const firm = found.filter(({ answer }) => answer === 'yes');
    const telling = firm.length > 0 ? firm : found;
    const roles = telling.flatMap(({ holding }) => this.#access.roles.grantOf(holding.role)?.id ?? []);
    return {
      answer: or('no', ...found.map(({ answer }) => answer)),
      grants: [...new Set([...telling.map(({ holding }) => holding.grant.id), ...roles])],
      trusts: [...new Set(telling.flatMap(({ holding }) => holding.via))],
    };
  }

  /** Of a pattern there is no certain yes: no list of a service's permissions is whole. */
  pattern(pattern: string, resource: string | undefined): AccessAnswer {
    const form = new RegExp(`^${pattern.split(/\*+/).map(escaped).join('.*')}$`);
    const matching = [...this.#access.roles.permissions()]
      .filter((permission) => form.test(permission))
      .slice(0, MAX_PERMISSIONS);
    const answers = matching.map((permission) => this.permission(permission, resource));
    const some = answers.filter(({ answer }) => answer !== 'no');
    if (some.length === 0 && matching.length > 0) return NOTHING;
    return {
      answer: { if: [`everything that ${pattern} stands for is held`] },
      grants: [...new Set(some.flatMap(({ grants }) => grants))],
      trusts: [...new Set(some.flatMap(({ trusts }) => trusts))],
    };
  }

  #reaches(holder: string, node: string | undefined): Answer {
    if (node === undefined) return 'yes';
    const star = node.indexOf('*');
    const place = this.#access.hierarchy.placeOf(star < 0 ? node : node.slice(0, star).replace(/\/$/, ''), holder);
    if (place === 'in') return 'yes';
    return place === 'maybe' || star >= 0 ? { if: [`${node} is in ${holder}`] } : 'no';
  }

  #deniedAt(permission: string, node: string): Answer {
    return or(
      'no',
      ...this.#denials.of(permission).map((denied): Answer => {
        const place = this.#access.hierarchy.placeOf(node, denied.node);
        if (place === 'out') return 'no';
        return place === 'in' ? denied.answer : and(denied.answer, { if: [`${node} is in ${denied.node}`] });
      }),
    );
  }

  #oneNode(node: string | undefined): string | undefined {
    return node === undefined || node.includes('*') ? undefined : node;
  }

  #otherNames(node: string | undefined): readonly string[] {
    return node === undefined ? [] : this.#access.hierarchy.otherNames(node);
  }
}

function nodeAsked(resource: string, { hierarchy }: Access): string {
  const node =
    resource.includes('@') && !resource.includes('/') ? `serviceAccounts/${resource.toLowerCase()}` : nodeOf(resource);
  return hierarchy.canonical(node);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
