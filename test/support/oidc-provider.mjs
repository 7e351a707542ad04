// A real OpenID provider on loopback, in a process of its own. Workloads get tokens from it with the client credentials grant; people sign in
// at it by naming themselves. Prints its issuer URL when it answers; ends when its standard input does.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import Provider from 'oidc-provider';

const server = createServer();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;

/** People by login; whoever is not here has no groups. */
const PEOPLE = {
  alice: { email: 'Alice@acme.example', groups: ['dba', 'staff'] },
  bob: { email: 'bob@acme.example', groups: ['staff'] },
  mallory: { email: 'mallory@elsewhere.example', groups: [] },
};

const clients = ['ci-job', 'other-job'].map((client_id) => ({
  client_id,
  client_secret: 'not-a-secret',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
}));
const provider = new Provider(issuer, {
  clients: [
    ...clients,
    {
      client_id: 'lapse',
      client_secret: 'not-a-secret',
      // Native: of redirect URIs on loopback, any port will do.
      application_type: 'native',
      grant_types: ['authorization_code'],
      redirect_uris: ['http://127.0.0.1/login/callback', 'https://lapse.example/login/callback'],
    },
  ],
  acrValues: ['urn:acme:mfa', 'urn:acme:pwd'],
  claims: { openid: ['sub', 'acr', 'amr', 'auth_time'], email: ['email', 'email_verified'], profile: ['groups'] },
  findAccount: (_ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, email_verified: true, email: `${sub}@acme.example`, groups: [], ...PEOPLE[sub] }),
  }),
  loadExistingGrant: async (ctx) => {
    const { client, session } = ctx.oidc;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid email profile');
    await grant.save();
    return grant;
  },
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // No default: tokens of people are for the userinfo endpoint.
      getResourceServerInfo: (_ctx, resource) => ({
        scope: '',
        audience: resource,
        accessTokenTTL: 300,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  extraTokenClaims: () => ({ actor: 'olga' }),
});
const answer = provider.callback();

server.on('request', async (request, response) => {
  if (!request.url.startsWith('/interaction/')) return answer(request, response);
  try {
    await provider.interactionDetails(request, response);
    if (request.method === 'GET') {
      response.setHeader('content-type', 'text/html').end(`<!doctype html><title>Identity provider</title>
<form method="post"><label>Login <input name="login"></label><label>Second factor <input type="checkbox" name="mfa" value="1"></label>
<button>Continue</button></form>`);
      return;
    }
    const form = new URLSearchParams(await text(request));
    const strong = form.has('mfa');
    const login = {
      accountId: form.get('login'),
      acr: strong ? 'urn:acme:mfa' : 'urn:acme:pwd',
      amr: strong ? ['pwd', 'otp', 'mfa'] : ['pwd'],
    };
    await provider.interactionFinished(request, response, { login, consent: {} }, { mergeWithLastSubmission: false });
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
});
process.stdout.write(`${issuer}\n`);
process.stdin.on('end', () => process.exit(0)).resume();
