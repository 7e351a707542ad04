import { postgresScanner } from '../../../scanners/postgres/index.ts';
import { postgresEvaluator } from '../../../src/iam/postgres/evaluator.ts';
import type { Answer } from '../../../src/model/answer.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import { scanBytes } from '../../scanners/scan-bytes.ts';
import { viewOf } from '../../scanners/view-of.ts';

export type Version = 15 | 16 | 'unknown';

/** The view of a cluster `c1` whose dump has these statements; `CREATE ROLE` with options as people write it. */
export async function databaseOf(statements: string, version: Version = 16): Promise<Inventory> {
  const server = version === 'unknown' ? '' : `-- Dumped from database version ${version}.4\n`;
  const text = `-- PostgreSQL database dump\n${server}\\connect shop\n${statements}\n${END}`;
  // Memberships without options would tell the version by themselves.
  const written =
    version === 'unknown' ? text.replaceAll(/-- PostgreSQL database (?:cluster dump.*|dump complete)\n/g, '') : text;
  const { facts, problems } = await scanBytes(postgresScanner, 'dump.sql', written);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return viewOf(facts);
}

const END = '-- PostgreSQL database dump complete\n-- PostgreSQL database cluster dump complete\n';

export const roleId = (name: string) => `postgres:role:c1/${name}`;

export function asked(inventory: Inventory, role: string, action: string, resource?: string): string {
  const answer = postgresEvaluator.asker?.(inventory)(roleId(role), {
    action,
    ...(resource === undefined ? {} : { resource }),
  }).answer;
  return shown(answer ?? 'no');
}

/** `id -> target`, with a question mark where it depends. */
export function waysOf(inventory: Inventory, role: string): readonly string[] {
  const found = postgresEvaluator.evaluate(inventory).get(roleId(role))?.escalations ?? [];
  return found.map(({ id, target, answer }) => `${id} -> ${target.split('c1/')[1]}${answer === 'yes' ? '' : '?'}`);
}

export function shown(answer: Answer): string {
  return typeof answer === 'string' ? answer : `if ${answer.if.join(' and ')}`;
}
