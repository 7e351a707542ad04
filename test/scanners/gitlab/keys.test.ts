import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gitlabScanner } from '../../../scanners/gitlab/index.ts';
import { scanBytes } from '../scan-bytes.ts';

/** Made here, so that no file has it. */
const KEY = ['kv7', 'Qp2', 'Zr9', 'Lm4', 'Ws8'].join('');

async function keysOf(path: string, content: string): Promise<readonly string[]> {
  const { facts } = await scanBytes(gitlabScanner, path, content, {
    fingerprint: (value) => (value === KEY ? 'it' : '?'),
  });
  expect(JSON.stringify(facts)).not.toContain(KEY);
  return facts.flatMap(({ kind, body }) =>
    kind === 'credential' ? [`${body.nativeId} ${body.attributes?.fingerprint ?? 'no value'}`] : [],
  );
}

describe('values that are written out', () => {
  test('in a pipeline', async () => {
    const content = `variables:\n  API_TOKEN: ${KEY}\n  REGION: ${KEY}\n  DB_PASSWORD: $FROM_ELSEWHERE\na:\n  variables:\n    NPM_TOKEN: {value: ${KEY}}\n  script: x\n`;
    expect(await keysOf('.gitlab-ci.yml', content)).toEqual([
      'local/.gitlab-ci.yml#API_TOKEN it',
      'local/.gitlab-ci.yml#NPM_TOKEN it',
    ]);
  });

  test('in an export of variables', async () => {
    const row = (key: string, value: string, masked: boolean) => ({
      variable_type: 'env_var',
      key,
      value,
      protected: false,
      masked,
      environment_scope: '*',
    });
    const content = JSON.stringify([row('API_TOKEN', KEY, false), row('OTHER', KEY, true), row('OPEN', KEY, false)]);
    expect(await keysOf('projects/1/variables.json', content)).toEqual([
      'projects/1#API_TOKEN it',
      'projects/1#OTHER it',
    ]);
    expect(await keysOf('variables.json', content)).toEqual([]);
  });

  test('of a trigger, for its owner', async () => {
    const content = JSON.stringify([{ id: 1, description: 'x', token: KEY, owner: null, last_used: null }]);
    expect(await keysOf('projects/1/triggers.json', content)).toEqual(['1 it']);
  });
});

describe('hostile pipelines', () => {
  test('templates that extend each other in a circle come to an end', async () => {
    const content =
      '.a: {extends: .b}\n.b: {extends: [.a, .c]}\n.c: {extends: [.a, .b]}\nx: {extends: .a, script: y}\n';
    const { problems, facts } = await scanBytes(gitlabScanner, '.gitlab-ci.yml', content);
    expect(problems).toEqual([]);
    expect(facts).toHaveLength(1);
  });

  test('odd shapes say nothing rather than fail', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (json) => {
        const content = `{"variables": ${json}, "include": ${json}, "a": {"id_tokens": ${json}, "script": ${json}, "extends": ${json}}}`;
        await scanBytes(gitlabScanner, '.gitlab-ci.yml', content, { fingerprint: () => 'f' });
        await scanBytes(gitlabScanner, 'projects/1/variables.json', json, { fingerprint: () => 'f' });
      }),
      { numRuns: 50 },
    );
  });
});

test('an empty answer that is named after its request is read, so that what it had before ends', async () => {
  const named = await scanBytes(gitlabScanner, 'projects/acme%2Fshop/deploy_tokens.json', '[]');
  expect([named.format, named.facts, named.problems]).toEqual(['api-answer', [], []]);
  expect((await scanBytes(gitlabScanner, 'deploy_tokens.json', '[]')).format).toBeUndefined();
});
