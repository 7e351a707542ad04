import type { Broker } from '../brokers/broker.ts';
import type { JsonObject } from '../model/json.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import type { IssuerStore, IssuerTables } from '../store/issuer/issuer-store.ts';
import type { AnswerBell } from './answer-bell.ts';
import type { AuditDelivery } from './audit/audit-delivery.ts';
import type { IssuerKeys } from './keys.ts';
import type { KnownSecrets } from './known-secrets.ts';
import type { Logger } from './logger.ts';
import type { IssuerSettings, TargetSettings } from './settings.ts';

/** A target as the issuer works with it. */
export interface Target {
  readonly settings: TargetSettings;
  readonly broker: Broker;
  /** It is configured no more: nothing new is made there, and what is out is still taken back. */
  readonly retired?: true;
}

/** What the parts of the issuer share. */
export interface IssuerParts {
  readonly store: IssuerStore;
  readonly policy: PolicyEngine;
  readonly targets: ReadonlyMap<string, Target>;
  readonly settings: IssuerSettings;
  readonly keys: IssuerKeys;
  readonly secrets: KnownSecrets;
  readonly delivery: AuditDelivery;
  readonly logger: Logger;
  /** Who waits for people's answers. */
  readonly answers: AnswerBell;
  /** What the inventory says of the requester and of what the target hands out, for policy; null when it says nothing. */
  risk(requester: string | undefined, target: readonly string[]): Promise<JsonObject | null>;
  now(): Date;
  /** Something will be due then: the timer may not know it yet. */
  wake(at: Date): void;
  /** One transaction with its audit events; sinks hear of them afterwards. */
  write<T>(work: (tables: IssuerTables, now: Date) => Promise<T>): Promise<T>;
}
