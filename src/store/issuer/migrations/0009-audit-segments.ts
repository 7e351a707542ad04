import type { Migration } from '../../migrate.ts';

const RULES = {
  changed: 'an audit event never changes',
  removed: 'an audit event leaves the store only when its segment is archived',
  segment:
    'a segment of the audit log goes on where the last one ended, with events that are there, and leaves the newest',
  kept: 'a segment of the audit log is never forgotten',
};

/** Removed may be what a segment holds, and nothing else. */
const ARCHIVED = 'exists (select 1 from audit_segment where chain = old.chain and to_seq >= old.seq)';
const FOLLOWS = `new.from_seq = (select coalesce(max(to_seq), 0) + 1 from audit_segment where chain = new.chain)
  and new.to_seq >= new.from_seq
  and exists (select 1 from audit_event where chain = new.chain and seq = new.from_seq and prev_hash = new.prev_hash)
  and exists (select 1 from audit_event where chain = new.chain and seq = new.to_seq and hash = new.hash)
  and exists (select 1 from audit_event where chain = new.chain and seq > new.to_seq)`;

/** When, and on which table, a statement is refused unless the condition holds. */
const GUARDS: readonly [table: string, on: 'update' | 'delete' | 'insert', rule: string, unless: string][] = [
  ['audit_event', 'update', RULES.changed, 'false'],
  ['audit_event', 'delete', RULES.removed, ARCHIVED],
  ['checkpoint', 'update', RULES.changed, 'false'],
  ['checkpoint', 'delete', RULES.removed, ARCHIVED],
  ['audit_segment', 'insert', RULES.segment, FOLLOWS],
  ['audit_segment', 'update', RULES.kept, 'false'],
  ['audit_segment', 'delete', RULES.kept, 'false'],
];

/**
 * Where archived parts of the chains ended, and guards: events are only ever added, and removed only behind a segment that holds them. Whoever
 * owns the database can drop a guard; hashes and signatures show what was done then.
 */
export const auditSegments: Migration = {
  version: 9,
  statements: [
    `create table audit_segment (
      chain text not null,
      from_seq integer not null,
      to_seq integer not null,
      prev_hash text not null,
      hash text not null,
      at text not null,
      file text not null,
      signature text not null,
      primary key (chain, to_seq)
    )`,
    ...GUARDS.flatMap(([table, on, rule, unless]) => {
      const name = `${table}_${on}_guard`;
      return [
        {
          sqlite: `create trigger ${name} before ${on} on ${table} when not (${unless})
            begin select raise(abort, '${rule}'); end`,
          postgres: `create function ${name}() returns trigger language plpgsql set search_path from current as $$
            begin
              if not (${unless}) then raise exception '${rule}'; end if;
              return ${on === 'delete' ? 'old' : 'new'};
            end $$`,
        },
        { postgres: `create trigger ${name} before ${on} on ${table} for each row execute function ${name}()` },
      ];
    }),
    {
      postgres: `create function audit_truncate_guard() returns trigger language plpgsql as $$
        begin raise exception '${RULES.removed}'; end $$`,
    },
    ...['audit_event', 'checkpoint', 'audit_segment'].map((table) => ({
      postgres: `create trigger ${table}_truncate_guard before truncate on ${table} execute function audit_truncate_guard()`,
    })),
  ],
};
