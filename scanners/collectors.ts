import type { Collector } from '../src/scan/live/collector.ts';

/** Every provider that `lapse scan --live` can ask, loaded when it is asked. A new one is a folder and a line here. */
export const COLLECTORS: Readonly<Record<string, () => Promise<Collector>>> = {
  aws: async () => (await import('./aws/live/collector.ts')).awsCollector,
  azure: async () => (await import('./azure/live/collector.ts')).azureCollector,
  gcp: async () => (await import('./gcp/live/collector.ts')).gcpCollector,
  github: async () => (await import('./github/live/collector.ts')).githubCollector,
  gitlab: async () => (await import('./gitlab/live/collector.ts')).gitlabCollector,
  kubernetes: async () => (await import('./kubernetes/live/collector.ts')).kubernetesCollector,
  mysql: async () => (await import('./mysql/live/collector.ts')).mysqlCollector,
  postgres: async () => (await import('./postgres/live/collector.ts')).postgresCollector,
  vault: async () => (await import('./vault/live/collector.ts')).vaultCollector,
};
