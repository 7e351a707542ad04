import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { unusedSettings } from '../../src/gate/unused-settings.ts';

const config = (text: string) =>
  loadConfig({ cwd: tmpdir(), text: `version: 1\npolicy: {data: {allowed: ${text}}}\n` });
const LAST_HOUR = new Date('2026-03-01T23:00:00Z');

describe('exceptions from policies', () => {
  it('are told once their last day is over, with their owner', async () => {
    const read = await config('{move: {owner: shop, expires: 2026-02-28}, other: {expires: 2020-01-01}}');
    expect(unusedSettings(read, new Set(), LAST_HOUR).map(({ message }) => message)).toEqual([
      'policy.data.allowed: move of shop has expired on 2026-02-28, and its findings count again',
      'policy.data.allowed: other has expired on 2020-01-01, and its findings count again',
    ]);
  });

  it('are not told before, nor are those without an end', async () => {
    const read = await config('{move: {owner: shop, expires: 2026-03-01}, shipped: {subjects: [a]}}');
    expect(unusedSettings(read, new Set(), LAST_HOUR)).toEqual([]);
  });
});
