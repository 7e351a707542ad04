import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { awsScanner } from '../../../scanners/aws/index.ts';
import { parseExport } from '../../../src/cli/parse-export.ts';
import type { Fact } from '../../../src/model/fact.ts';
import { filesFromExports } from '../../../src/scan/files-from-exports.ts';
import { openDiskFile } from '../../../src/scan/open-disk-file.ts';

const FIXTURES = dirname(fileURLToPath(new URL('../../fixtures/scanners/aws/usage', import.meta.url)));

/** Reads an export as the command line names it. */
async function read(named: string) {
  const facts: Fact[] = [];
  const problems: string[] = [];
  const source = filesFromExports([parseExport(named)], { cwd: FIXTURES });
  for await (const ref of source.files({ problem: () => undefined })) {
    if (ref.from !== 'disk') throw new Error('an export is on disk');
    const file = openDiskFile({ ...ref, maxFileSize: source.maxFileSize });
    if (file === undefined) throw new Error('no file');
    await awsScanner.read(file, {
      emit: (fact) => facts.push(fact),
      problem: ({ message }) => problems.push(message),
      now: new Date(0),
      cluster: '',
      fingerprint: () => '',
    });
    file.close();
  }
  return { ids: facts.map(({ body }) => body.id), problems };
}

it('an export says with its name what its answer leaves out', async () => {
  const role = 'arn:aws:iam::111122223333:role/app/worker';
  expect(await read(`aws-access-advisor=${role}:usage/input/advisor-unnamed.json`)).toEqual({
    ids: [`aws:role:${role}`],
    problems: [],
  });
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555';
  expect((await read(`aws-resource-policy=${key}:resource-policies/input/key-unnamed.json`)).ids).toContain(
    `aws:resource:${key}`,
  );
});

it('and nothing is guessed without it, nor from what is nobody', async () => {
  for (const named of [
    'aws=usage/input/advisor-unnamed.json',
    'aws-access-advisor=arn:aws:s3:::b:usage/input/advisor-unnamed.json',
  ]) {
    const { ids, problems } = await read(named);
    expect(ids).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('does not name whom it is about')]);
  }
});
