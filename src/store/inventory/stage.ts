import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { canonicalJson } from '../../model/canonical-json.ts';
import { type EntityBody, type EntityKind, entityId } from '../../model/entity.ts';
import type { Json } from '../../model/json.ts';
import { mergeBodies, normalBody } from '../../model/merge.ts';
import type { StoredFact } from './inventory-store.ts';

/**
 * Temporary tables of one connection, where the facts of a scan wait for their commit: they spill to a file that nobody else
 * sees and that is gone with the connection. This is the hot path and SQLite's own, with prepared statements; what comes
 * after it is one set of queries for every database.
 */
export class Stage {
  readonly #addAll: (facts: readonly StoredFact[]) => void;

  constructor(driver: Database) {
    driver.exec(`
      create temp table stage (kind text not null, id text not null, unit integer not null, hash text not null, body text not null);
      create unique index temp.stage_entity on stage (kind, id, unit);
      create temp table stage_unit (no integer primary key, path text not null unique, id integer);
      create index temp.stage_unit_id on stage_unit (id);
      create temp table stage_unread (unit integer primary key);
    `);
    const addUnit = driver.prepare('insert into stage_unit (path) values (?) on conflict (path) do nothing');
    const unitNumber = driver.prepare<[string], number>('select no from stage_unit where path = ?').pluck();
    const addFact = driver.prepare(
      'insert into stage (kind, id, unit, hash, body) values (?, ?, ?, ?, ?) on conflict (kind, id, unit) do nothing',
    );
    const known = driver.prepare<[string, string, number], { hash: string; body: string }>(
      'select hash, body from stage where kind = ? and id = ? and unit = ?',
    );
    const replace = driver.prepare('update stage set hash = ?, body = ? where kind = ? and id = ? and unit = ?');

    let unit = { path: '', no: 0 };
    const numberOf = (path: string): number => {
      // Facts come file by file: the last one is nearly always the right one.
      if (unit.no === 0 || unit.path !== path) {
        addUnit.run(path);
        unit = { path, no: unitNumber.get(path) ?? 0 };
      }
      return unit.no;
    };
    this.#addAll = driver.transaction((facts: readonly StoredFact[]) => {
      for (const fact of facts) {
        const { kind } = fact;
        const id = entityId(fact);
        const no = numberOf(fact.unit);
        const row = toRow(normalBody(kind, fact.body));
        if (addFact.run(kind, id, no, row.hash, row.body).changes === 1) continue;
        const other = known.get(kind, id, no);
        if (other === undefined || other.hash === row.hash) continue;
        const merged = toRow(mergeBodies(kind, fromRow(other.body), fact.body));
        replace.run(merged.hash, merged.body, kind, id, no);
      }
    });
  }

  add(facts: readonly StoredFact[]): void {
    this.#addAll(facts);
  }
}

function toRow(body: EntityBody): { readonly hash: string; readonly body: string } {
  const text = canonicalJson(body as unknown as Json);
  return { hash: hash('sha256', text, 'base64url').slice(0, HASH_LENGTH), body: text };
}

/** 128 bits: two bodies of one entity never share it by accident. */
const HASH_LENGTH = 22;

function fromRow<Kind extends EntityKind>(body: string): EntityBody<Kind> {
  return JSON.parse(body) as EntityBody<Kind>;
}
