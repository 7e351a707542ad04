import { entriesAt, type Node, textAt } from '../../src/scan/formats/node.ts';
import type { FileFacts } from '../file-facts.ts';
import { linuxUser } from '../linux-user.ts';
import { type Setting, tellWrittenKeys } from '../written-key.ts';

/** A host as an inventory has it: its own variables, not those of its groups. */
interface Host {
  readonly name: string;
  readonly settings: readonly Setting[];
}

/** A group's variables. */
interface Group {
  readonly name: string;
  readonly settings: readonly Setting[];
}

export interface Inventory {
  readonly hosts: readonly Host[];
  readonly groups: readonly Group[];
}

/** Who logs in where, with which password, if that is written out; and becomes root. */
export function tellInventory({ hosts, groups }: Inventory, base: string, repository: string, facts: FileFacts): void {
  const place = { line: 1, column: 1 };
  const settings = groups.flatMap((group) =>
    group.settings.map((one) => ({ ...one, name: `${group.name}.${one.name}` })),
  );
  const principal = facts.principal(
    {
      kind: 'inventory',
      nativeId: base,
      name: base.split('/').at(-1) ?? base,
      scope: base.split('/'),
      attributes: {
        hosts: hosts.length,
        groups: groups.map((group) => group.name),
        vaulted: settings.filter(({ text }) => text.startsWith('$ANSIBLE_VAULT')).map(({ name }) => name),
        become: groups.some((group) => /^(?:true|yes)$/i.test(settingOf(group.settings, 'ansible_become') ?? '')),
      },
    },
    place,
  );
  tellWrittenKeys(settings, { principal, nativeId: base, kind: 'ansible-variable' }, facts);
  for (const host of hosts) {
    const user = settingOf(host.settings, 'ansible_user') ?? settingOf(host.settings, 'ansible_ssh_user');
    const [first] = host.settings;
    if (first === undefined) continue;
    if (user === undefined || user.includes('{{')) {
      const own = host.settings.map((one) => ({ ...one, name: `${host.name}.${one.name}` }));
      tellWrittenKeys(own, { principal, nativeId: base, kind: 'ansible-variable' }, facts);
      continue;
    }
    const named = linuxUser(`${repository}/${host.name}`, user);
    const id = facts.name(named, first.place);
    facts.trust(
      { principal: id, subject: { kind: 'principal', id: principal }, declaredBy: 'subject', how: 'logs-in-as' },
      first.place,
    );
    tellWrittenKeys(host.settings, { principal: id, nativeId: named.nativeId, kind: 'ansible-variable' }, facts);
  }
}

function settingOf(settings: readonly Setting[], name: string): string | undefined {
  return settings.find((setting) => setting.name === name)?.text;
}

/** Reads an inventory in INI form: hosts with variables behind them, `[group:vars]`, `[group:children]`. */
export function iniInventory(text: string): Inventory {
  const hosts: Host[] = [];
  const groups = new Map<string, Setting[]>();
  let group = 'ungrouped';
  let kind = 'hosts';
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    const [, section, suffix] = /^\s*\[([\w.-]+)(?::(\w+))?\]/.exec(line) ?? [];
    if (section !== undefined) {
      group = section;
      kind = suffix ?? 'hosts';
      if (!groups.has(group)) groups.set(group, []);
    } else if (kind === 'vars') {
      groups.get(group)?.push(...assignments(line, index + 1));
    } else if (kind === 'hosts') {
      const name = /^\s*(\S+)/.exec(line)?.[1] ?? '';
      hosts.push({ name, settings: assignments(line.replace(name, ' '.repeat(name.length)), index + 1) });
    }
  }
  return { hosts, groups: [...groups].map(([name, settings]) => ({ name, settings })) };
}

const ASSIGNMENT = /([A-Za-z_]\w{0,200})\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s#]\S*))/g;

function assignments(line: string, number: number): readonly Setting[] {
  return [...line.matchAll(ASSIGNMENT)].map(([, name = '', double, single, bare], index, all) => ({
    name,
    text: double ?? single ?? bare ?? '',
    place: { line: number, column: (all[index]?.index ?? 0) + 1 },
  }));
}

/** Reads an inventory in YAML form: groups with `hosts`, `vars` and `children`. */
export function yamlInventory(root: Node): Inventory {
  const hosts: Host[] = [];
  const groups: Group[] = [];
  const visit = (name: string, node: Node, depth: number) => {
    groups.push({ name, settings: scalarsOf(node, 'vars') });
    for (const [host, { value }] of entriesAt(node, 'hosts')) hosts.push({ name: host, settings: scalarsOf(value) });
    if (depth > 0) for (const [child, { value }] of entriesAt(node, 'children')) visit(child, value, depth - 1);
  };
  for (const [name, { value }] of entriesAt(root)) visit(name, value, MAX_GROUPS);
  return { hosts, groups };
}

const MAX_GROUPS = 50;

function scalarsOf(node: Node, ...keys: readonly string[]): readonly Setting[] {
  return entriesAt(node, ...keys).flatMap(([name, { value }]) => {
    const text = textAt(value);
    return text === undefined ? [] : [{ name, text, place: value.place }];
  });
}
