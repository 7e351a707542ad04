import { describe, expect, it } from 'vitest';
import { awsScanner } from '../../../scanners/aws/index.ts';
import { runScan } from '../../../src/scan/run.ts';

const ALLOW = '{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}';
const policy = (...statements: string[]) =>
  `{\n"Version": "2012-10-17",\n"Statement": [\n${statements.join(',\n')}\n]}`;

async function scan(text: string) {
  const facts: unknown[] = [];
  const { notices, problems, scanners } = await runScan({
    sources: [
      {
        scopes: [''],
        maxFileSize: 1_000_000,
        async *files() {
          yield { from: 'bytes' as const, path: 'p.json', unit: 'p.json', content: Buffer.from(text) };
        },
      },
    ],
    scanners: [awsScanner],
    context: { now: new Date(0), cluster: 'c', fingerprint: () => 'f' },
    sink: async (batch) => void facts.push(...batch),
  });
  return {
    facts,
    formats: scanners.aws?.formats,
    notices: notices.map(({ message, location }) => `${location.line}: ${message.split(' that ')[0]}`),
    problems: problems.map(({ message }) => message),
  };
}

describe('a policy document by itself', () => {
  it.each([
    ['of one statement', policy(ALLOW), '4: a policy of 1 statement'],
    ['of several', policy(ALLOW, ALLOW), '4: a policy of 2 statements'],
    [
      'whose statement is no list',
      `{"Version": "2008-10-17", "Id": "x", "Statement": ${ALLOW}}`,
      '1: a policy of 1 statement',
    ],
    [
      'that trusts',
      policy('{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}'),
      '4: a trust policy of 1 statement',
    ],
    [
      'of a resource',
      policy('{"Effect": "Allow", "Action": "s3:GetObject", "Principal": "*", "Resource": "*"}'),
      '4: the policy of a resource of 1 statement',
    ],
  ])('%s is told as one that nobody has', async (_, text, notice) => {
    expect(await scan(text)).toEqual({ facts: [], formats: { 'policy-document': 1 }, notices: [notice], problems: [] });
  });

  it.each([
    ['without an effect', policy(ALLOW, '{"Action": "*", "Resource": "*"}'), /^p\.json:5:1: /],
    ['without an end', policy(ALLOW).slice(0, -4), /^p\.json:\d+:\d+: the file ends inside a JSON document/],
    [
      'without statements',
      '{"Version": "2012-10-17", "Statement": []}',
      /^p\.json:1:\d+: a policy document without statements/,
    ],
  ])('%s is told with its place', async (_, text, problem) => {
    const { problems } = await scan(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it.each([
    ['of another provider', `{"Version": "1", "Statement": [${ALLOW}]}`],
    ['that has more', `{"Version": "2012-10-17", "Statement": [${ALLOW}], "Name": "x"}`],
    ['without a version', `{"Statement": [${ALLOW}]}`],
  ])('%s is none', async (_, text) => {
    expect((await scan(text)).formats).toEqual({});
  });
});
