import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { canonicalJson } from '../../model/canonical-json.ts';
import { type EntityBody, type EntityKind, entityId } from '../../model/entity.ts';
import type { Json } from '../../model/json.ts';
import { normalBody } from '../../model/merge.ts';
import type { StoredFact } from './inventory-store.ts';
import { mergeStored } from './merge-stored.ts';

/**
 * Temporary tables of one connection, where the facts of a scan wait for their commit: they spill to a file that nobody else
 * sees and that is gone with the connection. This is the hot path and SQLite's own, with prepared statements; what comes
 * after it is one set of queries for every database.
 */
export interface Stage {
  add(facts: readonly StoredFact[]): void;
  /** Of these units, what is in the store stays. */
  keep(units: Iterable<string>): void;
  /** Of these entities too. */
  keepEntities(kind: EntityKind, ids: Iterable<string>): void;
  /** Ends the adding: facts that repeat become one. */
  seal(): void;
}

export function openStage(driver: Database): Stage {
  driver.exec(`
    create temp table stage (kind text not null, id text not null, unit integer not null, hash text not null, body text not null);
    create temp table stage_unit (no integer primary key, path text not null unique, id integer);
    create index temp.stage_unit_id on stage_unit (id);
    create temp table stage_unread (unit integer primary key);
    create temp table stage_kept (path text primary key);
    create temp table stage_kept_fact (kind text not null, id text not null, primary key (kind, id)) without rowid;
  `);
  const addFact = driver.prepare('insert into stage (kind, id, unit, hash, body) values (?, ?, ?, ?, ?)');
  const numberOf = unitNumbers(driver);
  const add = driver.transaction((facts: readonly StoredFact[]) => {
    for (const fact of facts) {
      const row = toRow(normalBody(fact.kind, fact.body));
      addFact.run(fact.kind, entityId(fact), numberOf(fact.unit), row.hash, row.body);
    }
  });
  const keepUnit = driver.prepare('insert or ignore into stage_kept (path) values (?)');
  const keep = driver.transaction((units: Iterable<string>) => {
    for (const unit of units) keepUnit.run(unit);
  });
  const keepEntity = driver.prepare('insert or ignore into stage_kept_fact (kind, id) values (?, ?)');
  const keepEntities = driver.transaction((kind: EntityKind, ids: Iterable<string>) => {
    for (const id of ids) keepEntity.run(kind, id);
  });
  return {
    add: (facts) => add(facts),
    keep: (units) => keep(units),
    keepEntities: (kind, ids) => keepEntities(kind, ids),
    seal: driver.transaction(() => mergeRepeated(driver)),
  };
}

function unitNumbers(driver: Database): (path: string) => number {
  const addUnit = driver.prepare('insert into stage_unit (path) values (?) on conflict (path) do nothing');
  const find = driver.prepare<[string], number>('select no from stage_unit where path = ?').pluck();
  let last = { path: '', no: 0 };
  return (path) => {
    // Facts come file by file: the last one is nearly always the right one.
    if (last.no === 0 || last.path !== path) {
      addUnit.run(path);
      last = { path, no: find.get(path) ?? 0 };
    }
    return last.no;
  };
}

interface Key {
  readonly kind: EntityKind;
  readonly id: string;
  readonly unit: number;
}

const PAGE = 500;

/** The index is made here and not before: sorting once takes half the time of keeping it in order fact by fact. */
function mergeRepeated(driver: Database): void {
  driver.exec('create index temp.stage_entity on stage (kind, id, unit)');
  const repeated = driver.prepare<[string, string, number, number], Key>(
    `select kind, id, unit from stage where (kind, id, unit) > (?, ?, ?)
     group by kind, id, unit having count(*) > 1 order by kind, id, unit limit ?`,
  );
  const rowsOf = driver.prepare<[string, string, number], { readonly rowid: number; readonly body: string }>(
    'select rowid, body from stage where kind = ? and id = ? and unit = ?',
  );
  const remove = driver.prepare('delete from stage where kind = ? and id = ? and unit = ? and rowid <> ?');
  const replace = driver.prepare('update stage set hash = ?, body = ? where rowid = ?');
  for (let page = repeated.all('', '', 0, PAGE); page.length > 0; ) {
    for (const { kind, id, unit } of page) {
      const rows = rowsOf.all(kind, id, unit);
      const [kept] = rows;
      const merged = mergeStored(kind, rows);
      if (kept === undefined || merged === undefined) continue;
      const row = toRow(merged);
      remove.run(kind, id, unit, kept.rowid);
      replace.run(row.hash, row.body, kept.rowid);
    }
    const last = page.at(-1);
    page = last === undefined ? [] : repeated.all(last.kind, last.id, last.unit, PAGE);
  }
}

function toRow(body: EntityBody): { readonly hash: string; readonly body: string } {
  const text = canonicalJson(body as unknown as Json);
  return { hash: hash('sha256', text, 'base64url').slice(0, HASH_LENGTH), body: text };
}

/** 128 bits: two bodies of one entity never share it by accident. */
const HASH_LENGTH = 22;
