import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { assetPath } from '../../src/assets.ts';

describe('docs/findings', () => {
  it('is what scripts/build-findings-docs.mjs makes of METADATA', () => {
    const script = assetPath('scripts', 'build-findings-docs.mjs');
    const run = () => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe', encoding: 'utf8' });
    expect(run).not.toThrow();
  });
});
