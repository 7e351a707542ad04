import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assetPath } from '../src/assets.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lapse assets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Loads the module from another place. */
async function from(path: string): Promise<typeof assetPath> {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  cpSync(assetPath('src', 'assets.ts'), file);
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)).assetPath;
}

describe('assetPath', () => {
  it('finds what ships with lapse from source', () => {
    expect(existsSync(assetPath('rego', 'main.rego'))).toBe(true);
  });

  it.each(['src/assets.ts', 'dist/src/assets.ts'])(
    'finds the root from %s of a package in a path with spaces',
    async (path) => {
      const root = join(folder, 'node_modules', 'lapse');
      const found = await from(join('node_modules', 'lapse', path));
      writeFileSync(join(folder, 'package.json'), '{"name": "somebody"}');
      writeFileSync(join(root, 'package.json'), '{"name": "lapse", "type": "module"}');
      writeFileSync(join(root, dirname(path), 'package.json'), '{"type": "module"}');
      expect(found('rego', 'data.yaml')).toBe(join(root, 'rego', 'data.yaml'));
    },
  );

  it('says where it looked when there is no such package', async () => {
    const found = await from('elsewhere/assets.ts');
    writeFileSync(join(folder, 'package.json'), '{"name": "somebody"}');
    expect(() => found('rego')).toThrow(`no package.json of lapse at or above ${join(folder, 'elsewhere')}`);
  });
});
