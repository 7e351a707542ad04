import type { Database } from 'better-sqlite3';
import type { Finding } from '../../model/finding.ts';
import { storeError } from '../open-sqlite.ts';
import type { FindingReader } from './inventory-store.ts';
import { mergeStored } from './merge-stored.ts';

/** Reads findings at a point one by one. */
export function findingReader(driver: Database, at: number): FindingReader {
  const find = driver.prepare<[string, number, number], { readonly body: string }>(
    `select body from fact
     where kind = 'finding' and id = ? and valid_from <= ? and (valid_to is null or valid_to > ?) order by unit`,
  );
  let last: { readonly fingerprint: string; readonly finding: Finding | undefined } | undefined;
  return (fingerprint) => {
    if (last?.fingerprint === fingerprint) return last.finding;
    try {
      last = { fingerprint, finding: mergeStored('finding', find.all(fingerprint, at, at)) };
    } catch (error) {
      throw storeError(error, driver.name);
    }
    return last.finding;
  };
}
