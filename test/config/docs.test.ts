import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { assetPath } from '../../src/assets.ts';
import { parseConfig } from '../../src/config/parse-config.ts';

describe('generated docs', () => {
  it('are what their sources give (npm run docs)', () => {
    const { stdout } = spawnSync(process.execPath, [assetPath('scripts', 'build-docs.mjs'), '--check'], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('docs/config.schema.json: fresh\ndocs/compliance.schema.json: fresh\ndocs/errors.md: fresh\n');
  });
});

describe('docs/config.schema.json', () => {
  const schema: object = JSON.parse(readFileSync(assetPath('docs', 'config.schema.json'), 'utf8'));
  const valid = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

  it.each([
    ['version: 1', true],
    ['version: 1\nscan: {max_file_size: 10MB, history: true}\ncheck: {threshold: none}', true],
    ['version: 1\nissuer: {targets: [{id: a, type: jwt, audience: b, actions: [c], max_ttl: 15m}]}', true],
    ['version: 2', false],
    ['version: 1\nscna: {}', false],
    ['version: 1\ncheck: {threshold: severe}', false],
    ['version: 1\nissuer: {targets: [{id: a, type: ftp}]}', false],
  ])('agrees with the loader on %j', (text, accepted) => {
    expect(valid(parse(text))).toBe(accepted);
    if (accepted) expect(() => parseConfig(text, 'lapse.yaml')).not.toThrow();
    else expect(() => parseConfig(text, 'lapse.yaml')).toThrow();
  });
});
