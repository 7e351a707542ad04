import { entriesAt, entryOf, itemsAt, type Node, textAt, textsAt } from '../../src/scan/formats/node.ts';
import type { ScanContext, Scanner, SourceFile } from '../../src/scan/scanner.ts';
import { isSealed } from '../../src/scan/secrets/sealed-value.ts';
import { FileFacts } from '../file-facts.ts';
import { settingsBelow } from '../variables.ts';
import { tellWrittenKeys } from '../written-key.ts';
import { readYaml } from '../yaml-file.ts';
import { iniInventory, tellInventory, yamlInventory } from './inventory.ts';
import { recogniseAnsible } from './recognise.ts';

/** Inventories, variables and playbooks of Ansible; see `docs/sources/ansible.md`. */
export const ansibleScanner: Scanner = {
  id: 'ansible',
  title: 'Ansible inventories, variables and playbooks',
  recognise: recogniseAnsible,
  async read(file: SourceFile, context: ScanContext) {
    const facts = new FileFacts(context, file.path, 'ansible');
    const repository = context.repository ?? 'local';
    const base = `${repository}/${file.path}`;
    const format = recogniseAnsible(file);
    if (format === 'vault') tellVariables(undefined, base, facts);
    else if (format === 'inventory-ini') tellInventory(iniInventory(await file.readText()), base, repository, facts);
    else {
      const root = await readYaml(file);
      if (root === undefined) return;
      if (format === 'playbook') tellPlaybook(root, base, facts);
      else if (format === 'variables') tellVariables(root, base, facts);
      else tellInventory(yamlInventory(root), base, repository, facts);
    }
    facts.end();
  },
};

/** Variables: which are encrypted, and which keys are not. A file that is encrypted as a whole says nothing else. */
function tellVariables(root: Node | undefined, base: string, facts: FileFacts): void {
  const settings = root === undefined ? [] : [...settingsBelow(root)];
  const principal = facts.principal(
    {
      kind: 'variables',
      nativeId: base,
      name: base.split('/').slice(-2).join('/'),
      scope: base.split('/'),
      attributes: {
        vaulted_file: root === undefined,
        vaulted: settings.filter(({ text }) => isSealed(text)).map(({ name }) => name),
        user: textAt(root, 'ansible_user') ?? null,
        become: textAt(root, 'ansible_become') === 'true',
      },
    },
    root?.place ?? { line: 1, column: 1 },
  );
  tellWrittenKeys(settings, { principal, nativeId: base, kind: 'ansible-variable' }, facts);
}

/** A playbook: where it runs, and as whom. */
function tellPlaybook(root: Node, base: string, facts: FileFacts): void {
  const plays = itemsAt(root).filter((play) => entryOf(play, 'hosts') !== undefined);
  const principal = facts.principal(
    {
      kind: 'playbook',
      nativeId: base,
      name: base.split('/').at(-1) ?? base,
      scope: base.split('/'),
      attributes: {
        plays: plays.map((play) => ({
          line: play.place.line,
          hosts: [textAt(play, 'hosts') ?? textsAt(play, 'hosts')].flat(),
          user: textAt(play, 'remote_user') ?? null,
          become: ['true', 'yes'].includes(textAt(play, 'become') ?? '') || becomes(play),
          become_user: textAt(play, 'become_user') ?? null,
        })),
      },
    },
    root.place,
  );
  const settings = plays.flatMap((play) =>
    entriesAt(play)
      .filter(([key]) => key === 'vars' || key === 'environment')
      .flatMap(([, { value }]) => [...settingsBelow(value)]),
  );
  tellWrittenKeys(settings, { principal, nativeId: base, kind: 'ansible-variable' }, facts);
}

/** Whether a task of the play becomes somebody else. */
function becomes(play: Node): boolean {
  return ['tasks', 'pre_tasks', 'post_tasks', 'handlers'].some((list) =>
    itemsAt(play, list).some((task) => ['true', 'yes'].includes(textAt(task, 'become') ?? '')),
  );
}
