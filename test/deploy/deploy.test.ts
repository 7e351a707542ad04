import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { COMMANDS } from '../../src/cli/commands.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { Metrics } from '../../src/http/metrics.ts';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../deploy/${path}`, import.meta.url)), 'utf8');

/** Series of a histogram, and those that Prometheus makes itself. */
const series = new Set(['up']);

beforeAll(async () => {
  for (const metric of await new Metrics().registry.getMetricsAsJSON()) {
    series.add(metric.name);
    if (String(metric.type) === 'histogram')
      for (const end of ['_bucket', '_sum', '_count']) series.add(metric.name + end);
  }
});

/** Every series that an expression reads. */
function named(expression: string): readonly string[] {
  return expression.match(/\b(?:lapse|process|nodejs)_[a-z0-9_]+|\bup\b/g) ?? [];
}

const panelSchema = z.object({
  title: z.string(),
  type: z.string(),
  targets: z.array(z.object({ expr: z.string() })).default([]),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
});

describe('the dashboard', () => {
  const { panels } = z.object({ panels: z.array(panelSchema) }).parse(JSON.parse(read('grafana/lapse.json')));

  it('reads only what the daemon tells, and all that it tells of leases, requests and audit', () => {
    const asked = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => named(expr)));
    expect(asked.filter((name) => !series.has(name))).toEqual([]);
    const shown = new Set(asked.map((name) => name.replace(/_(?:bucket|sum|count)$/, '')));
    const silent = [...series].filter((name) => /^lapse_(?!.*_(?:bucket|sum|count)$)/.test(name) && !shown.has(name));
    expect(silent).toEqual(['lapse_audit_sink_lag_seconds', 'lapse_audit_sink_free_bytes']);
  });

  it('has no panel on top of another', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)}:${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  });
});

it('alert rules read only what the daemon tells', () => {
  const [document] = parseAllDocuments(read('prometheus/lapse.rules.yaml'));
  const { groups } = z
    .object({ groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })) })
    .parse(document?.toJS());
  const asked = groups.flatMap(({ rules }) => rules.flatMap(({ expr }) => named(expr)));
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter((name) => !series.has(name))).toEqual([]);
});

describe('the manifests', () => {
  const documents = parseAllDocuments(read('kubernetes/lapse.yaml')).map((document) => {
    expect(document.errors).toEqual([]);
    return z.record(z.string(), z.unknown()).parse(document.toJS());
  });
  const one = (kind: string) => documents.find((document) => document.kind === kind);

  it('carry a configuration that the daemon takes', () => {
    const { data } = z.object({ data: z.record(z.string(), z.string()) }).parse(one('ConfigMap'));
    const config = parseConfig(data['lapse.yaml'] ?? '', 'lapse.yaml');
    expect(config.issuer?.listen).toBe('0.0.0.0:8787');
    expect(config.store.folder).toBe('/var/lib/lapse');
  });

  it('mount whatever the configuration reads, and ask the paths that answer', () => {
    const text = JSON.stringify(one('Deployment'));
    const { data } = z.object({ data: z.record(z.string(), z.string()) }).parse(one('ConfigMap'));
    const files = [...(data['lapse.yaml'] ?? '').matchAll(/(\/run\/secrets\/[a-z]+\/[a-z]+)\//g)].map(
      ([, folder]) => folder,
    );
    expect(files.length).toBeGreaterThan(2);
    for (const folder of files) expect(text).toContain(`"mountPath":"${folder}"`);
    expect(text).toContain('"path":"/readyz"');
    expect(text).toContain('"path":"/healthz"');
  });

  it('start a command that there is', () => {
    const { args } = z
      .object({
        spec: z.object({
          template: z.object({ spec: z.object({ containers: z.array(z.object({ args: z.array(z.string()) })) }) }),
        }),
      })
      .transform(({ spec }) => ({ args: spec.template.spec.containers.flatMap((container) => container.args) }))
      .parse(one('Deployment'));
    expect(COMMANDS.map(({ name }) => name)).toContain(args[0]);
  });
});

describe('unit and image', () => {
  it('start the daemon as the package has it', () => {
    const entry = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).bin.lapse;
    expect(read('systemd/lapse.service')).toContain(`ExecStart=/usr/bin/node /opt/lapse/${entry} serve --config`);
    expect(read('docker/Dockerfile')).toContain(`/opt/lapse/${entry} /usr/local/bin/lapse`);
  });

  it('copy into the image every folder that the package is made of', () => {
    const { files } = z
      .object({ files: z.array(z.string()) })
      .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));
    const folders = new Set(files.filter((file) => !file.startsWith('!')).map((file) => file.split('/')[0] ?? ''));
    for (const folder of [...folders].filter((name) => !name.endsWith('.md')))
      expect(read('docker/Dockerfile')).toContain(`/opt/lapse/${folder} /opt/lapse/${folder}`);
  });
});
