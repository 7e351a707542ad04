import { contentId } from '../../src/model/id.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { Trust } from '../../src/model/trust.ts';
import { parseIamArn } from './arn.ts';
import { referencedPrincipal } from './trusts.ts';

/** Users name their groups by name, groups have an ARN with a path: joined when both lists have gone by. */
export class Memberships {
  readonly #groups = new Map<string, string>();
  readonly #members: { readonly user: Principal; readonly group: string }[] = [];

  group({ id, name, scope }: Principal): void {
    this.#groups.set(`${scope[0]}/${name}`, id);
  }

  member(user: Principal, group: string): void {
    this.#members.push({ user, group });
  }

  /** One trust per membership, and the groups that were named and not listed. */
  resolve(): { readonly trusts: readonly Trust[]; readonly missing: readonly Principal[] } {
    const missing = new Map<string, Principal>();
    const trusts = new Map<string, Trust>();
    for (const { user, group } of this.#members) {
      const [account = ''] = user.scope;
      let id = this.#groups.get(`${account}/${group}`);
      if (id === undefined) {
        const arn = `arn:${parseIamArn(user.nativeId)?.partition ?? 'aws'}:iam::${account}:group/${group}`;
        const [location] = user.locations;
        const unlisted = referencedPrincipal('group', arn, account, location ?? { path: '' });
        missing.set(unlisted.id, unlisted);
        id = unlisted.id;
      }
      const content = {
        platform: 'aws',
        principal: id,
        subject: { kind: 'principal', id: user.id },
        declaredBy: 'target',
        effect: 'allow',
        how: 'member-of',
      } as const;
      const trust = { id: contentId('trust', content), ...content, locations: user.locations };
      trusts.set(trust.id, trust);
    }
    return { trusts: [...trusts.values()], missing: [...missing.values()] };
  }
}
