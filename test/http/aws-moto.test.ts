import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assetPath } from '../../src/assets.ts';
import { API_DETAIL, EXCHANGE, type HttpBench, ISSUER_URL, openHttpBench } from '../support/http-bench.ts';
import { TestClock } from '../support/issuer-bench.ts';
import { MOTO_FOLDER, motoMissing, startMoto } from '../support/moto.ts';

/** The script of docs/who-asks.md, signing with somebody else's library, against a server that answers as AWS does. */
const script = /^```python\n([\s\S]*?)^```$/m.exec(readFileSync(assetPath('docs', 'who-asks.md'), 'utf8'))?.[1] ?? '';
const missing = motoMissing();
if (missing !== undefined) console.warn(`AWS identities are not tested with botocore: ${missing}`);

describe.skipIf(missing !== undefined)('the script of the documentation', () => {
  let moto: Awaited<ReturnType<typeof startMoto>>;
  let bench: HttpBench;
  let endpoint: string;

  beforeAll(async () => {
    moto = await startMoto();
    endpoint = String(moto.env.AWS_ENDPOINT_URL);
    bench = await openHttpBench({
      clock: new TestClock(new Date().toISOString()),
      http: {
        aws: {
          endpoints: { 'us-east-1': endpoint },
          privateNetwork: false,
          rules: [{ id: 'moto', account: '123456789012', identity: 'role/deploy', owners: [] }],
        },
      },
    });
  });

  afterAll(async () => {
    await bench?.close();
    await moto?.stop();
  });

  it('makes a proof that is taken once', async () => {
    const proof = execFileSync('python3', ['-', 'us-east-1', endpoint, ISSUER_URL], {
      input: script,
      encoding: 'utf8',
      env: { ...process.env, ...(await assumeRole(endpoint)), PYTHONPATH: MOTO_FOLDER },
    }).trim();
    const exchange = () =>
      bench.post('/token', {
        grant_type: EXCHANGE,
        subject_token: proof,
        subject_token_type: 'urn:lapse:token-type:aws-identity',
        audience: 'api',
        authorization_details: JSON.stringify(API_DETAIL),
      });
    const { status, body } = await exchange();
    expect({ status, error: body.error }).toEqual({ status: 200, error: undefined });
    const [request] = await bench.issuer.requests();
    expect(request?.requester).toMatchObject({
      subject: 'arn:aws:iam::123456789012:role/deploy',
      claims: { session: 'job' },
    });
    expect((await exchange()).body.error).toBe('invalid_request');
  });
});

/** Temporary credentials of a role, as a job would have them. */
async function assumeRole(endpoint: string): Promise<Readonly<Record<string, string>>> {
  const role = { RoleArn: 'arn:aws:iam::123456789012:role/deploy', RoleSessionName: 'job' };
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sts/aws4_request' },
    body: new URLSearchParams({ Action: 'AssumeRole', Version: '2011-06-15', ...role }),
  });
  const text = await answer.text();
  const member = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(text)?.[1] ?? '';
  return {
    AWS_ACCESS_KEY_ID: member('AccessKeyId'),
    AWS_SECRET_ACCESS_KEY: member('SecretAccessKey'),
    AWS_SESSION_TOKEN: member('SessionToken'),
  };
}
