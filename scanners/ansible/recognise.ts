import type { FileHead } from '../../src/scan/scanner.ts';

export type AnsibleFormat = 'vault' | 'variables' | 'playbook' | 'inventory-ini' | 'inventory-yaml';

const VARIABLES = /(?:^|\/)(?:group_vars|host_vars)\/(?:[^/]+\/)*[\w.-]+$/;
const CONNECTION =
  'ansible_(?:user|host|port|connection|password|pass|ssh_\\w+|become\\w*|sudo\\w*|winrm_\\w+|network_os|private_key_file)';
const INI = new RegExp(`^[^\\n#;]*\\b${CONNECTION}\\s*=`, 'm');
const YAML = new RegExp(`^ +["']?${CONNECTION}["']?\\s*:`, 'm');
const SECTION = /^\[[\w.:-]+\]\s*$/m;
/** A play is an element of the list that is the file, and has hosts. */
const PLAY = /^(?:-\s+|\s{2,4})(["']?)hosts\1\s*:/m;
const LIST = /^(?:\s*(?:#.*)?\n|---.*\n)*-\s/;
const VAULT = Buffer.from('$ANSIBLE_VAULT;');

/** Inventories, variables and playbooks. */
export function recogniseAnsible(file: FileHead): AnsibleFormat | undefined {
  if (file.binary) return undefined;
  if (VAULT.equals(file.head.subarray(0, VAULT.length))) return 'vault';
  const yaml = /\.ya?ml$/i.test(file.path);
  if (VARIABLES.test(file.path) && (yaml || !/\.[a-z]\w{1,5}$/i.test(file.path))) return 'variables';
  if (yaml) {
    if (LIST.test(file.text)) return PLAY.test(file.text) ? 'playbook' : undefined;
    return YAML.test(file.text) && /^ *(["']?)hosts\1\s*:/m.test(file.text) ? 'inventory-yaml' : undefined;
  }
  if (/\.(?!ini$|cfg$|inventory$|hosts$)[a-z]\w{0,5}$/i.test(file.path)) return undefined;
  return SECTION.test(file.text) && INI.test(file.text) ? 'inventory-ini' : undefined;
}
