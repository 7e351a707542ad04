import type { Collector } from '../src/scan/live/collector.ts';

/** Every provider that `lapse scan --live` can ask, loaded when it is asked. A new one is a folder and a line here. */
export const COLLECTORS: Readonly<Record<string, () => Promise<Collector>>> = {
  aws: async () => (await import('./aws/live/collector.ts')).awsCollector,
  github: async () => (await import('./github/live/collector.ts')).githubCollector,
  kubernetes: async () => (await import('./kubernetes/live/collector.ts')).kubernetesCollector,
  postgres: async () => (await import('./postgres/live/collector.ts')).postgresCollector,
};
