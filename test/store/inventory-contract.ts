import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntityChange } from '../../src/model/entity.ts';
import { secretId } from '../../src/model/id.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import type { Coverage, InventoryStore, StoredFact } from '../../src/store/inventory/inventory-store.ts';
import { collect } from './collect.ts';
import { accessKey, finding, grant, secret, unit, user } from './sample-facts.ts';

/** A database that one test has for itself. */
export interface ContractSubject {
  open(): Promise<InventoryStore>;
  /** Number of fact rows, ended ones too. */
  rows(): Promise<number>;
  remove(): Promise<void>;
}

const all: Coverage = { read: 'all' };
const day = (n: number) => new Date(Date.UTC(2026, 0, n));

/** What every inventory store must do, whatever the database behind it. */
export function inventoryContract(dialect: string, create: () => Promise<ContractSubject>): void {
  describe(`inventory store on ${dialect}`, () => {
    let subject: ContractSubject;
    let store: InventoryStore;

    beforeEach(async () => {
      subject = await create();
      store = await subject.open();
    });
    afterEach(async () => {
      await store.close();
      await subject.remove();
    });

    const scan = async (
      source: string,
      facts: readonly StoredFact[],
      options: { coverage?: Coverage; at?: Date; problems?: Snapshot['problems']; revision?: string } = {},
    ): Promise<Snapshot> => {
      const { revision } = options;
      const draft = await store.begin({
        source,
        at: options.at ?? day(1),
        ...(revision === undefined ? {} : { revision }),
      });
      await draft.add(facts);
      const units = new Set(facts.map((fact) => fact.unit)).size;
      return draft.commit({ coverage: options.coverage ?? all, units, problems: options.problems ?? [] });
    };
    const names = async (at?: number) => [...(await store.inventory(at)).principals.values()].map(({ name }) => name);
    const changes = async (from: number, to: number): Promise<EntityChange[]> => collect(store.changes(from, to));

    const alice = { kind: 'principal', body: user('alice') } as const;
    const bob = { kind: 'principal', body: user('bob') } as const;
    const carol = { kind: 'principal', body: user('carol') } as const;

    describe('snapshots', () => {
      it('starts empty', async () => {
        expect(await store.snapshots()).toEqual([]);
        expect(await store.sources()).toEqual([]);
        expect((await store.inventory()).principals.size).toBe(0);
        expect(await collect(store.facts())).toEqual([]);
      });

      it('says what a scan covered', async () => {
        const problem = {
          code: 'ERR_SCAN_SYNTAX',
          message: 'keys.json:1:1: broken',
          location: { path: 'keys.json', line: 1 },
        };
        const first = await scan('aws:acme', unit('iam.json', alice));
        const second = await scan('aws:acme', unit('iam.json', alice), {
          at: day(2),
          coverage: { read: 'except', paths: ['keys.json'] },
          problems: [problem],
        });
        const third = await scan('findings', unit('', { kind: 'finding', body: finding('no-owner', 'x') }), {
          at: day(2),
          revision: 'sha256:1',
        });
        expect(first).toEqual({
          id: 1,
          source: 'aws:acme',
          at: '2026-01-01T00:00:00.000Z',
          complete: true,
          units: 1,
          problems: [],
        });
        expect(second).toMatchObject({ id: 2, complete: false, problems: [problem] });
        expect(third).toMatchObject({ id: 3, complete: true, revision: 'sha256:1' });
        expect(await store.snapshots()).toEqual([first, second, third]);
        expect(await store.sources()).toEqual([
          { source: 'aws:acme', latest: second, latestComplete: first, unreadUnits: 0, tellingUnits: 1 },
          { source: 'findings', latest: third, latestComplete: third, unreadUnits: 0, tellingUnits: 0 },
        ]);
        expect(await store.sources(1)).toEqual([
          { source: 'aws:acme', latest: first, latestComplete: first, unreadUnits: 0, tellingUnits: 1 },
        ]);
      });

      it('is not complete with a problem, whatever the coverage says', async () => {
        const problems = [{ code: 'ERR_SCAN_SYNTAX', message: 'x', location: { path: 'x' } }];
        expect(await scan('aws:acme', [], { problems })).toMatchObject({ complete: false });
      });

      it('shows nothing of a draft until it is committed, and nothing ever of one that is aborted', async () => {
        const draft = await store.begin({ source: 'aws:acme', at: day(1) });
        await draft.add(unit('iam.json', alice));
        expect(await names()).toEqual([]);
        await draft.abort();
        await draft.abort();
        expect(await store.snapshots()).toEqual([]);
        expect(await subject.rows()).toBe(0);
        await expect(draft.add([])).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
        await expect(draft.commit({ coverage: all, units: 0, problems: [] })).rejects.toMatchObject({
          code: 'ERR_INTERNAL',
        });
      });

      it('takes drafts of several sources side by side', async () => {
        const [one, two] = [
          await store.begin({ source: 'aws:acme', at: day(1) }),
          await store.begin({ source: 'github:acme', at: day(1) }),
        ];
        await one.add(unit('iam.json', alice));
        await two.add(unit('ci.yml', bob));
        await one.add(unit('iam.json', carol));
        await Promise.all([
          two.commit({ coverage: all, units: 1, problems: [] }),
          one.commit({ coverage: all, units: 1, problems: [] }),
        ]);
        expect(await names()).toEqual(['alice', 'bob', 'carol']);
      });
    });

    describe('what a scan changes', () => {
      it('adds no rows but the snapshot when nothing has changed, whatever the order of facts', async () => {
        const facts = unit('iam.json', alice, bob, { kind: 'grant', body: grant('bob', 's3:*') });
        await scan('aws:acme', facts);
        const before = await subject.rows();
        await scan('aws:acme', facts.toReversed(), { at: day(2) });
        expect(await subject.rows()).toBe(before);
        expect((await store.snapshots()).length).toBe(2);
        expect(await changes(1, 2)).toEqual([]);
      });

      it('ends what a complete scan no longer finds: in a unit, and with a unit that disappeared', async () => {
        await scan('aws:acme', [...unit('a.json', alice, bob), ...unit('b.json', carol)]);
        await scan('aws:acme', unit('a.json', alice), { at: day(2) });
        expect(await names()).toEqual(['alice']);
        expect(await names(1)).toEqual(['alice', 'bob', 'carol']);
      });

      it('replaces what says something else now', async () => {
        await scan('aws:acme', unit('a.json', alice));
        await scan('aws:acme', unit('a.json', { kind: 'principal', body: user('alice', { enabled: false }) }), {
          at: day(2),
        });
        expect((await store.inventory()).principals.get(alice.body.id)?.enabled).toBe(false);
        expect((await store.inventory(1)).principals.get(alice.body.id)?.enabled).toBeUndefined();
        expect(await subject.rows()).toBe(2);
      });

      it('never ends what another source says', async () => {
        await scan('aws:acme', unit('a.json', alice));
        await scan('aws:other', unit('a.json', bob), { at: day(2) });
        await scan('aws:other', [], { at: day(3) });
        expect(await names()).toEqual(['alice']);
      });

      it.each<[string, Coverage, readonly string[]]>([
        ['all but a file', { read: 'except', paths: ['b.json'] }, ['alice', 'carol']],
        ['all but a folder', { read: 'except', paths: ['b.json', 'sub/'] }, ['alice', 'carol', 'dave']],
        ['only a file', { read: 'only', paths: ['c.json'] }, ['alice', 'carol', 'dave']],
        ['only a folder', { read: 'only', paths: ['./sub'] }, ['alice', 'bob', 'carol']],
        ['only a folder whose name begins another', { read: 'only', paths: ['su'] }, ['alice', 'bob', 'carol', 'dave']],
        ['only the top', { read: 'only', paths: ['.'] }, ['alice']],
        ['only the top, but for a file', { read: 'only', paths: ['.'], except: ['b.json'] }, ['alice', 'carol']],
        [
          'only a folder, but for its file',
          { read: 'only', paths: ['sub'], except: ['sub/d.json'] },
          ['alice', 'bob', 'carol', 'dave'],
        ],
        ['all but everything', { read: 'except', paths: [''] }, ['alice', 'bob', 'carol', 'dave']],
      ])('keeps what units say that were not read: %s', async (_case, coverage, left) => {
        const dave = { kind: 'principal', body: user('dave') } as const;
        await scan('aws:acme', [
          ...unit('a.json', alice),
          ...unit('b.json', carol),
          ...unit('c.json', bob),
          ...unit('sub/d.json', dave),
        ]);
        await scan('aws:acme', unit('a.json', alice), { at: day(2), coverage });
        expect(await names()).toEqual(left);
        expect((await store.snapshots())[1]?.complete).toBe(false);
      });

      it('takes what a unit said up to the place where it broke, and keeps what it said after it', async () => {
        await scan('aws:acme', unit('a.json', alice, bob));
        const edited = { kind: 'principal', body: user('alice', { enabled: false }) } as const;
        await scan('aws:acme', unit('a.json', carol, edited), {
          at: day(2),
          coverage: { read: 'except', paths: ['a.json'] },
        });
        expect(await names()).toEqual(['alice', 'bob', 'carol']);
        expect((await store.inventory()).principals.get(alice.body.id)?.enabled).toBe(false);
      });

      it('merges facts that repeat in a unit', async () => {
        const again = (line: number) =>
          ({ kind: 'principal', body: user('alice', { locations: [{ path: 'a.json', line }] }) }) as const;
        const draft = await store.begin({ source: 'aws:acme', at: day(1) });
        await draft.add(unit('a.json', again(9), again(2)));
        await draft.add(unit('a.json', again(5), again(9)));
        await draft.commit({ coverage: all, units: 1, problems: [] });
        expect(await subject.rows()).toBe(1);
        expect((await store.inventory()).principals.get(alice.body.id)?.locations.map(({ line }) => line)).toEqual([
          2, 5, 9,
        ]);
      });
    });

    describe('views', () => {
      it('merges over units and sources', async () => {
        const referenced = user('alice', {
          seen: 'referenced',
          name: 'alice?',
          locations: [{ path: 'ci.yml', line: 4 }],
        });
        await scan('github:acme', unit('ci.yml', { kind: 'principal', body: referenced }));
        await scan('aws:acme', unit('iam.json', alice));
        expect([...(await store.inventory()).principals.values()]).toEqual([
          user('alice', { locations: [{ path: 'iam.json', line: 1 }] }),
        ]);
      });

      it('keeps every kind apart, findings too', async () => {
        const facts = unit(
          'x',
          alice,
          { kind: 'credential', body: accessKey('alice', 'AKIAEXAMPLE') },
          { kind: 'secret', body: secret('1') },
          { kind: 'grant', body: grant('alice', 's3:*') },
        );
        await scan('aws:acme', facts);
        await scan('findings', unit('', { kind: 'finding', body: finding('no-owner', alice.body.id) }), {
          revision: 'sha256:1',
        });
        const view = await store.inventory();
        expect([
          view.principals.size,
          view.credentials.size,
          view.secrets.size,
          view.grants.size,
          view.trusts.size,
        ]).toEqual([1, 1, 1, 1, 0]);
        expect(await store.findings()).toEqual([finding('no-owner', alice.body.id)]);
        expect(await store.findings(1)).toEqual([]);
      });

      it('streams rows by kind and id, with their source, unit and first snapshot', async () => {
        await scan('aws:acme', unit('iam.json', bob, alice));
        await scan('aws:acme', unit('iam.json', bob, alice, carol), { at: day(2) });
        const rows = await collect(store.facts());
        expect(
          rows.map(({ body, source, unit: path, since }) => ['name' in body ? body.name : '', source, path, since]),
        ).toEqual([
          ['alice', 'aws:acme', 'iam.json', 1],
          ['bob', 'aws:acme', 'iam.json', 1],
          ['carol', 'aws:acme', 'iam.json', 2],
        ]);
        for await (const row of store.facts()) expect(row.source).toBe('aws:acme');
      });

      it('may be left in the middle, and written to meanwhile', async () => {
        await scan('aws:acme', unit('iam.json', alice, bob, carol));
        for await (const row of store.facts()) {
          expect(row.kind).toBe('principal');
          await scan('github:acme', unit('ci.yml', { kind: 'principal', body: user('dave') }));
          break;
        }
        expect(await names()).toEqual(['alice', 'bob', 'carol', 'dave']);
      });

      it.each([-1, 2, 1.5, Number.NaN])('refuses the point %d, which it does not have', async (at) => {
        await scan('aws:acme', unit('iam.json', alice));
        await expect(store.inventory(at)).rejects.toMatchObject({ code: 'ERR_STORE_NOT_FOUND' });
        await expect(collect(store.changes(0, at))).rejects.toMatchObject({ code: 'ERR_STORE_NOT_FOUND' });
      });
    });

    describe('changes between two points', () => {
      const sources = ['aws:acme'];

      it('tells what came, went and changed, by kind and id', async () => {
        await scan('aws:acme', unit('iam.json', alice, bob, { kind: 'secret', body: secret('1') }));
        const disabled = user('bob', { enabled: false });
        await scan('aws:acme', unit('iam.json', { kind: 'principal', body: disabled }, carol), { at: day(2) });
        expect(await changes(1, 2)).toEqual([
          {
            kind: 'principal',
            id: alice.body.id,
            before: alice.body,
            history: { firstSeen: 1, since: 2, lastSeen: 1, sources },
          },
          {
            kind: 'principal',
            id: bob.body.id,
            before: bob.body,
            after: disabled,
            history: { firstSeen: 1, since: 2, sources },
          },
          { kind: 'principal', id: carol.body.id, after: carol.body, history: { firstSeen: 2, since: 2, sources } },
          {
            kind: 'secret',
            id: secret('1').id,
            before: secret('1'),
            history: { firstSeen: 1, since: 2, lastSeen: 1, sources },
          },
        ]);
        expect(await changes(0, 1)).toHaveLength(3);
        expect(await changes(2, 2)).toEqual([]);
      });

      it('knows since when, and that something was there before', async () => {
        await scan('aws:acme', unit('iam.json', alice, bob));
        await scan('aws:acme', unit('iam.json', bob), { at: day(2) });
        await scan('aws:acme', unit('iam.json', bob), { at: day(3) });
        await scan('aws:acme', unit('iam.json', alice), { at: day(4) });
        expect(await changes(2, 4)).toEqual([
          { kind: 'principal', id: alice.body.id, after: alice.body, history: { firstSeen: 1, since: 4, sources } },
          {
            kind: 'principal',
            id: bob.body.id,
            before: bob.body,
            history: { firstSeen: 1, since: 4, lastSeen: 3, sources },
          },
        ]);
        expect(await changes(1, 4)).toHaveLength(1);
      });

      it('takes a renamed file for a change of place only', async () => {
        const inFile = (path: string) =>
          unit(path, { kind: 'principal', body: user('alice', { locations: [{ path }] }) });
        await scan('aws:acme', inFile('old.json'));
        await scan('aws:acme', inFile('new.json'), { at: day(2) });
        expect(await changes(1, 2)).toMatchObject([
          { before: { locations: [{ path: 'old.json' }] }, after: { locations: [{ path: 'new.json' }] } },
        ]);
        await scan('aws:acme', unit('elsewhere.json', ...inFile('new.json')), { at: day(3) });
        expect(await changes(2, 3)).toEqual([]);
      });

      it('reads more of them than fit in one batch', async () => {
        const many = Array.from({ length: 1_001 }, (_, n) => ({ kind: 'principal', body: user(`u${n}`) }) as const);
        await scan('aws:acme', unit('iam.json', ...many));
        const found = await changes(0, 1);
        expect(found).toHaveLength(1_001);
        expect(new Set(found.map(({ id }) => id)).size).toBe(1_001);
      });
    });

    describe('what was not looked at', () => {
      const unseen = async (at?: number) => (await collect(store.unseen(at))).map(({ id, since }) => [id, since]);

      it('is told apart from what is gone, until it is looked at again', async () => {
        await scan('aws:acme', [...unit('a.json', alice), ...unit('b.json', bob, carol), ...unit('c.json', carol)]);
        await scan('aws:acme', unit('a.json', alice), { at: day(2), coverage: { read: 'except', paths: ['b.json'] } });
        expect(await unseen()).toEqual([
          [bob.body.id, 2],
          [carol.body.id, 2],
        ]);
        expect((await store.sources())[0]?.unreadUnits).toBe(1);
        await scan('aws:acme', unit('a.json', alice), { at: day(3), coverage: { read: 'only', paths: ['a.json'] } });
        expect(await unseen()).toEqual([
          [bob.body.id, 2],
          [carol.body.id, 2],
        ]);
        await scan('aws:acme', [...unit('a.json', alice), ...unit('b.json', bob)], { at: day(4) });
        expect(await unseen()).toEqual([]);
        expect(await unseen(1)).toEqual([]);
        expect(await unseen(3)).toHaveLength(2);
        expect(await changes(3, 4)).toMatchObject([{ id: carol.body.id, before: {} }]);
      });

      it('is seen as long as one unit that speaks of it was read', async () => {
        await scan('aws:acme', [...unit('a.json', alice), ...unit('b.json', alice)]);
        await scan('aws:acme', unit('a.json', alice), { at: day(2), coverage: { read: 'only', paths: ['a.json'] } });
        expect(await unseen()).toEqual([]);
        expect((await store.sources())[0]?.unreadUnits).toBe(1);
      });

      it('says nothing of units that had nothing to say', async () => {
        await scan('aws:acme', [...unit('a.json', alice), ...unit('b.json', bob)]);
        await scan('aws:acme', unit('a.json', alice), { at: day(2) });
        await scan('aws:acme', unit('a.json', alice), { at: day(3), coverage: { read: 'except', paths: ['b.json'] } });
        expect((await store.sources())[0]?.unreadUnits).toBe(0);
      });
    });

    describe('histories of findings', () => {
      const old = (age: number) => ({
        kind: 'finding' as const,
        body: finding('key-too-old', 'aws:access-key:1', { message: `${age} days old` }),
      });
      const dead = { kind: 'finding' as const, body: finding('key-unused', 'aws:access-key:2') };
      const judged = (...found: readonly (typeof dead)[]) =>
        scan(
          'findings',
          found.flatMap((one) => unit(one.body.rule, one)),
        );
      const spans = async (at?: number) =>
        (await collect(store.findingHistories(at))).map(({ finding: { rule, message }, spans: list }) => [
          rule,
          message,
          list,
        ]);

      it('joins what only says something else, and tells gone and back again', async () => {
        await judged(old(90));
        await judged(old(91), dead);
        await judged(old(92));
        await scan('aws:root', unit('iam.json', alice));
        await judged(old(93), dead);
        expect(await spans()).toEqual([
          ['key-too-old', '93 days old', [{ from: 1 }]],
          ['key-unused', dead.body.message, [{ from: 2, to: 3 }, { from: 5 }]],
        ]);
      });

      it('knows nothing of what comes after a point, not even an end', async () => {
        await judged(old(90), dead);
        await judged(old(91));
        expect(await spans(1)).toEqual([
          ['key-too-old', '90 days old', [{ from: 1 }]],
          ['key-unused', dead.body.message, [{ from: 1 }]],
        ]);
        expect(await spans(0)).toEqual([]);
      });

      it('keeps what came and went between two points', async () => {
        await judged();
        await judged(dead);
        await judged();
        expect(await spans()).toEqual([['key-unused', dead.body.message, [{ from: 2, to: 3 }]]]);
      });
    });

    describe('findSecret', () => {
      const key = { ...secret('a'), platform: 'aws', credentialNativeId: 'AKIAEXAMPLE' };

      it('finds a secret by its fingerprint, and whose it is', async () => {
        await scan('secrets:acme', unit('.env', { kind: 'secret', body: key }));
        expect(await store.findSecret(key.fingerprint)).toEqual({ secret: key });
        await scan(
          'aws:acme',
          unit('keys.json', { kind: 'credential', body: accessKey('alice', 'AKIAEXAMPLE') }, alice),
        );
        expect(await store.findSecret(key.fingerprint)).toEqual({ secret: key, principal: alice.body });
        expect(await store.findSecret('b'.repeat(64))).toBeUndefined();
      });

      it('compares the whole fingerprint, and takes no key id for the end of another', async () => {
        await scan('secrets:acme', unit('.env', { kind: 'secret', body: key }));
        await scan(
          'aws:acme',
          unit('keys.json', { kind: 'credential', body: accessKey('alice', 'XAKIAEXAMPLE') }, alice),
        );
        const sameStart = `${'a'.repeat(24)}${'c'.repeat(40)}`;
        expect(secretId(sameStart)).toBe(key.id);
        expect(await store.findSecret(sameStart)).toBeUndefined();
        expect(await store.findSecret(key.fingerprint)).toEqual({ secret: key });
      });

      it('names nobody when two claim the key', async () => {
        const other = { ...accessKey('bob', 'AKIAEXAMPLE'), kind: 'other', id: 'aws:other:AKIAEXAMPLE' };
        await scan('secrets:acme', unit('.env', { kind: 'secret', body: key }));
        await scan(
          'aws:acme',
          unit(
            'k',
            { kind: 'credential', body: accessKey('alice', 'AKIAEXAMPLE') },
            { kind: 'credential', body: other },
            alice,
            bob,
          ),
        );
        expect(await store.findSecret(key.fingerprint)).toEqual({ secret: key });
      });

      it('forgets a secret that is gone', async () => {
        await scan('secrets:acme', unit('.env', { kind: 'secret', body: key }));
        await scan('secrets:acme', [], { at: day(2) });
        expect(await store.findSecret(key.fingerprint)).toBeUndefined();
      });
    });

    it('is there for the next one who opens it', async () => {
      await scan('aws:acme', unit('iam.json', alice));
      await store.close();
      store = await subject.open();
      expect(await names()).toEqual(['alice']);
    });
  });
}
