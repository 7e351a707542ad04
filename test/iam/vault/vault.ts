import { vaultScanner } from '../../../scanners/vault/index.ts';
import { vaultEvaluator } from '../../../src/iam/vault/evaluator.ts';
import type { Answer } from '../../../src/model/answer.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import { scanBytes } from '../../scanners/scan-bytes.ts';
import { viewOf } from '../../scanners/view-of.ts';

export const CI = 'vault:approle:c1/auth/approle/role/ci';

/** `path: capabilities`, one per line, or what stands behind `=` as JSON. */
export type Policy = string;

/** The view of a server whose AppRole `ci` has these policies, beside other answers by their paths. */
export async function vaultOf(
  policies: Readonly<Record<string, Policy>>,
  others: Readonly<Record<string, unknown>> = {},
): Promise<Inventory> {
  const answers = {
    'auth/approle/role/ci': {
      data: {
        bind_secret_id: true,
        secret_id_ttl: 0,
        secret_id_num_uses: 0,
        token_policies: Object.keys(policies),
        token_no_default_policy: false,
      },
    },
    ...Object.fromEntries(
      Object.entries(policies).flatMap(([name, text]) =>
        text === 'unread' ? [] : [[`sys/policies/acl/${name}`, { data: { name, policy: policyText(text) } }]],
      ),
    ),
    ...others,
  };
  const { format, facts, problems } = await scanBytes(vaultScanner, 'vault.json', JSON.stringify(answers));
  if (format !== 'answers' || problems.length > 0) throw new Error(`${format} ${problems.join('\n')}`);
  return viewOf(facts);
}

export function policyText(text: Policy): string {
  const path: Record<string, unknown> = {};
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const [, name = '', rights = '', rest] = /^\s*(\S*):\s*([a-z,]*)\s*(?:=\s*(.*))?$/.exec(line) ?? [];
    path[name] = {
      capabilities: rights.split(',').filter((one) => one !== ''),
      ...(rest === undefined ? {} : JSON.parse(rest)),
    };
  }
  return JSON.stringify({ path });
}

export function asked(inventory: Inventory, capability: string, path?: string, who = CI): string {
  return shown(
    vaultEvaluator.asker?.(inventory)(who, { action: capability, ...(path === undefined ? {} : { resource: path }) })
      .answer ?? 'no',
  );
}

export function waysOf(inventory: Inventory, who = CI): readonly string[] {
  return (vaultEvaluator.evaluate(inventory).get(who)?.escalations ?? []).map(
    ({ id, target, answer }) => `${id} -> ${target.split('/').at(-1)}${answer === 'yes' ? '' : '?'}`,
  );
}

export function shown(answer: Answer): string {
  return typeof answer === 'string' ? answer : `if ${answer.if.join(' and ')}`;
}
