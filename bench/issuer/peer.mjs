// What the issuer is measured against: a token-exchange endpoint of oidc-provider with everything in memory, without policy, replay
// store or audit. `peer.mjs <issuer of subject tokens>` prints its URL when it answers; ends when its standard input does.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import Provider from 'oidc-provider';

const [subjects = ''] = process.argv.slice(2);
const server = createServer();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;
const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const keys = createRemoteJWKSet(new URL(`${subjects}/jwks`));

const provider = new Provider(issuer, {
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig' }] },
  clients: [
    {
      client_id: 'bench',
      token_endpoint_auth_method: 'none',
      grant_types: ['urn:ietf:params:oauth:grant-type:token-exchange'],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: 'ES256',
    },
    {
      client_id: 'resource',
      client_secret: 'not-a-secret',
      grant_types: [],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  features: {
    devInteractions: { enabled: false },
    introspection: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: { enabled: true },
  },
});
provider.registerGrantType(
  'urn:ietf:params:oauth:grant-type:token-exchange',
  async (ctx) => {
    const { client, params } = ctx.oidc;
    const { payload } = await jwtVerify(params.subject_token, keys, {
      issuer: subjects,
      audience: 'https://lapse.example',
    });
    const token = new provider.AccessToken({
      accountId: payload.sub,
      client,
      scope: params.scope,
      gty: 'token_exchange',
    });
    token.resourceServer = new provider.ResourceServer('urn:bench', {
      scope: 'read',
      audience: 'urn:bench',
      accessTokenTTL: 300,
      accessTokenFormat: params.format === 'opaque' ? 'opaque' : 'jwt',
      jwt: { sign: { alg: 'ES256' } },
    });
    ctx.body = {
      access_token: await token.save(),
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: token.expiration,
    };
  },
  ['subject_token', 'subject_token_type', 'scope', 'format'],
);
server.on('request', provider.callback());
process.stdout.write(`${issuer}\n`);
process.stdin.on('end', () => process.exit(0)).resume();
