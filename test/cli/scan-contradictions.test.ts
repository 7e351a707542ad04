import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'lapse-contradictions-'));
afterAll(() => rmSync(folder, { recursive: true }));

const users = (action: string, createdAt: string) =>
  JSON.stringify({
    UserDetailList: ['ci'].map((name) => ({
      Arn: `arn:aws:iam::111122223333:user/${name}`,
      UserName: name,
      CreateDate: createdAt,
      UserPolicyList: [
        {
          PolicyName: 'p',
          PolicyDocument: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: action, Resource: '*' } },
        },
      ],
    })),
  });

async function notices(...exports: readonly string[]): Promise<readonly string[]> {
  for (const [index, text] of exports.entries()) writeFileSync(join(folder, `${index}.json`), text);
  const { stdout, stderr } = await runCli(
    [
      'scan',
      ...exports.flatMap((_, index) => ['--export', `aws=${index}.json`]),
      ...['--only', 'aws', '--store', join(folder, `x.db`)],
      ...['--format', 'json', '--fail-on', 'none', '.'],
    ],
    { cwd: folder },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout).notices.map(
    ({ message, location }: { message: string; location: { path: string } }) => `${location.path}: ${message}`,
  );
}

describe('exports that contradict each other', () => {
  it('are told of, with both places', async () => {
    const told = await notices(users('s3:*', '2026-01-01T00:00:00Z'), users('sqs:*', '2026-02-01T00:00:00Z'));
    expect(told).toHaveLength(2);
    expect(told[0]).toMatch(
      /^0\.json: aws user arn:aws:iam::111122223333:user\/ci: created is 2026-01-01T00:00:00.000Z here and 2026-02-01T00:00:00.000Z in 1\.json:1:\d+; the more cautious one counts$/,
    );
    expect(told[1]).toMatch(/policy:p has another document here than in [01]\.json:1:\d+; what either gives or denies/);
  });
});
