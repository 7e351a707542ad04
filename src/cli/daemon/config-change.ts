import { hash } from 'node:crypto';
import type { Config } from '../../config/config.ts';
import type { IssuerConfig } from '../../config/issuer.ts';
import { AppError } from '../../errors.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import type { Json } from '../../model/json.ts';

/** A configuration with its section `issuer`. */
export type DaemonConfig = Config & { readonly issuer: IssuerConfig };

/** What a running daemon cannot change: what it listens at, writes to and is known by. */
const FIXED: readonly (keyof IssuerConfig)[] = [
  'url',
  'listen',
  'database',
  'encryption_key',
  'former_encryption_keys',
  'audit',
  'reconcile_interval',
  'tracing',
  'security_events',
];
/** Their files and members may change; whether they are there at all may not. */
const FIXED_PRESENCE = ['tls', 'client_certificates'] as const;

export interface ConfigChange {
  /** What can be in force without a restart. */
  readonly effective: DaemonConfig;
  /** `issuer.trust`, `policy`: sections that read otherwise than those in force. */
  readonly sections: readonly string[];
  /** Of these, what stays as it is until a restart. */
  readonly needRestart: readonly string[];
  /** SHA-256 of the configuration as it was read, in hex. */
  readonly hash: string;
}

/**
 * What another configuration comes to for a daemon that runs.
 *
 * @throws {AppError} ERR_CONFIG_INVALID without the section `issuer`, or for a target that became one of another type: what is out there could
 * not be taken back.
 */
export function configChange(running: DaemonConfig, next: Config): ConfigChange {
  if (next.issuer === undefined) throw new AppError('ERR_CONFIG_INVALID', 'the configuration has no section "issuer"');
  const issuer = next.issuer;
  refuseOtherTypes(running.issuer, issuer);
  const fixed: readonly string[] = [
    ...FIXED,
    ...FIXED_PRESENCE.filter((name) => (running.issuer[name] === undefined) !== (issuer[name] === undefined)),
  ];
  const kept = Object.fromEntries(fixed.map((name) => [name, running.issuer[name as keyof IssuerConfig]]));
  const names = [...new Set([...Object.keys(running.issuer), ...Object.keys(issuer)])] as (keyof IssuerConfig)[];
  const changed = names.filter((name) => differ(running.issuer[name], issuer[name]));
  const ofPolicy = (['paths', 'data', 'bundles'] as const).filter((name) =>
    differ(running.policy[name], next.policy[name]),
  );
  const around = (['store', 'environments', 'owners'] as const).filter((name) => differ(running[name], next[name]));
  return {
    effective: {
      ...running,
      policy: { ...next.policy, bundles: running.policy.bundles },
      issuer: { ...issuer, ...kept } as IssuerConfig,
    },
    sections: [...changed.map((name) => `issuer.${name}`), ...ofPolicy.map((name) => `policy.${name}`), ...around],
    needRestart: [
      ...changed.filter((name) => fixed.includes(name)).map((name) => `issuer.${name}`),
      ...(ofPolicy.includes('bundles') ? ['policy.bundles'] : []),
      ...around,
    ],
    hash: hash('sha256', textOf({ issuer, policy: next.policy })),
  };
}

/** Ids of the rules and clients that came, went or changed. */
export function changedTrust(before: IssuerConfig, after: IssuerConfig): readonly string[] {
  const [old, now] = [rulesOf(before), rulesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].filter((id) => old.get(id) !== now.get(id)).sort();
}

function rulesOf({ trust, spiffe, clients, aws_identity: aws }: IssuerConfig): ReadonlyMap<string, string> {
  const rules: readonly { readonly id: string }[] = [...trust, ...spiffe, ...clients, ...(aws?.rules ?? [])];
  return new Map(rules.map((rule) => [rule.id, textOf(rule)]));
}

function refuseOtherTypes(before: IssuerConfig, after: IssuerConfig): void {
  for (const { id, type } of after.targets)
    if (before.targets.some((target) => target.id === id && target.type !== type))
      throw new AppError('ERR_CONFIG_INVALID', `target "${id}": another type needs another id`);
}

function differ(one: unknown, other: unknown): boolean {
  return textOf(one) !== textOf(other);
}

function textOf(value: unknown): string {
  return value === undefined ? '' : canonicalJson(JSON.parse(JSON.stringify(value)) as Json);
}
