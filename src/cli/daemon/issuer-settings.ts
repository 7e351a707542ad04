import type { IssuerConfig } from '../../config/issuer.ts';
import { DEFAULT_SETTINGS, type IssuerSettings } from '../../issuer/settings.ts';

/** The issuer's settings as the configuration has them. */
export function issuerSettings(config: IssuerConfig): IssuerSettings {
  const { quotas } = config;
  const { break_glass: emergency } = config.access;
  return {
    ...DEFAULT_SETTINGS,
    targets: config.targets.map(({ id, type, environment, labels, principals, max_ttl }) => ({
      id,
      type,
      environment,
      labels,
      principals,
      maxSeconds: Math.floor(max_ttl / 1000),
    })),
    groups: config.access.groups,
    delegations: config.access.delegations.map(({ group, from, until, ...who }, index) => ({
      id: `config:${index}`,
      ...who,
      ...(group === undefined ? {} : { group }),
      from: new Date(from).toISOString(),
      until: new Date(until).toISOString(),
      createdAt: new Date(from).toISOString(),
    })),
    breakGlass: {
      acrValues: emergency.acr_values,
      amr: emergency.amr,
      maxAge: emergency.max_age,
      maxTtl: emergency.max_ttl,
      reviewWithin: emergency.review_within,
      reviewers: emergency.reviewers,
      blockOverdue: emergency.block_overdue,
    },
    quotas: {
      openRequestsPerSubject: quotas.open_requests_per_subject,
      activeLeasesPerSubject: quotas.active_leases_per_subject,
      activeLeasesPerTarget: quotas.active_leases_per_target,
      activeLeases: quotas.active_leases,
      leasesPerMinutePerSubject: quotas.leases_per_minute_per_subject,
      ...(quotas.leases_per_minute_per_target === undefined
        ? {}
        : { leasesPerMinutePerTarget: quotas.leases_per_minute_per_target }),
      overdueLeasesPerTarget: quotas.overdue_leases_per_target,
    },
    pendingTtl: config.pending_ttl,
    alertWindow: config.alerts.window,
  };
}
