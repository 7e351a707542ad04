import { expect, it, onTestFinished } from 'vitest';
import { secretsScanner } from '../../../scanners/secrets/index.ts';
import { assetPath } from '../../../src/assets.ts';
import { formatLocation } from '../../../src/model/location.ts';
import { filesFromWorkingTree } from '../../../src/scan/files-from-working-tree.ts';
import { openRepository } from '../../../src/scan/git/open-repository.ts';
import { scanAll } from '../../scan/scan-all.ts';

// Secrets of tests and examples are made at run time, or are plainly none: then this is quiet, and so are the scanners of
// everybody who looks at this repository.
it('finds nothing in this repository', async () => {
  const base = assetPath();
  const repository = openRepository(base);
  onTestFinished(() => repository?.close());
  const source = filesFromWorkingTree({ base, exclude: ['node_modules/', 'dist/'], ...(repository && { repository }) });
  const { facts, result } = await scanAll([source], [secretsScanner]);
  const told = facts.map((fact) =>
    fact.kind === 'secret' ? `${fact.body.rule} ${fact.body.locations.map(formatLocation)}` : '',
  );
  expect(told).toEqual([]);
  expect(result.files.read).toBeGreaterThan(500);
});
