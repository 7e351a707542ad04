import { describe, expect, it } from 'vitest';
import { buildAccessGraph } from '../../src/graph/access-graph.ts';
import { matchSecrets } from '../../src/graph/match-secrets.ts';
import type { Credential } from '../../src/model/credential.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { StaticSecret } from '../../src/model/static-secret.ts';
import { credential, inventoryOf, principal, secret } from '../support/facts.ts';

const CLIENT = '11111111-2222-3333-4444-555555555555';
const user = principal('aws', 'user', 'arn:aws:iam::111122223333:user/ci');
const other = principal('aws', 'user', 'arn:aws:iam::111122223333:user/other');
const gcp = principal('gcp', 'service-account', 'ci@acme.iam.gserviceaccount.com');
const app = principal('azure', 'application', 'object-1', { attributes: { app_id: CLIENT } });
const service = principal('azure', 'service-principal', 'object-2', { aliases: [CLIENT.toUpperCase()] });
const bot = principal('github', 'user', 'octo-bot');
const account = (cluster: string) =>
  principal('kubernetes', 'service-account', `${cluster}/shop/api`, { scope: [cluster, 'shop'] });
const cluster = (name: string, issuer: string) =>
  principal('kubernetes', 'cluster', name, { scope: [name], attributes: { issuer } });
const role = (server: string, attributes: JsonObject = {}) =>
  principal('postgres', 'role', `${server}/orders`, { name: 'orders', scope: [server], attributes });
const token = (end: string, name: string) =>
  credential('github', 'fine-grained-token', name, bot, { attributes: { token_last_eight: end } });
const password = (hint: string, name: string, holder: Principal) =>
  credential('azure', 'password', name, holder, { attributes: { hint } });

interface Row {
  readonly secret: Partial<StaticSecret>;
  readonly principals?: readonly Principal[];
  readonly credentials?: readonly Credential[];
  /** `by confidence → id`, or `? by: candidates`. */
  readonly is: string | undefined;
}

const AKIA = 'AKIAEXAMPLEEXAMPLE01';
const key = credential('aws', 'access-key', AKIA, user);
const value = secret('x').fingerprint;

const ROWS: Readonly<Record<string, Row>> = {
  'an access key id': {
    secret: { platform: 'aws', credentialNativeId: AKIA },
    credentials: [key],
    is: `credential id high → aws:access-key:${AKIA}`,
  },
  'an access key id of another platform': {
    secret: { platform: 'gcp', credentialNativeId: AKIA },
    credentials: [key],
    is: undefined,
  },
  'a key id of a key file, in the long name of the key': {
    secret: { platform: 'gcp', credentialNativeId: 'abc123' },
    credentials: [credential('gcp', 'service-account-key', 'projects/acme/serviceAccounts/ci/keys/abc123', gcp)],
    is: 'credential id high → gcp:service-account-key:projects/acme/serviceAccounts/ci/keys/abc123',
  },
  'one id at two principals': {
    secret: { platform: 'aws', credentialNativeId: AKIA },
    credentials: [key, { ...credential('aws', 'other-key', AKIA, other) }],
    is: `? credential id: aws:access-key:${AKIA} aws:other-key:${AKIA}`,
  },
  'the same value in an export': {
    secret: {},
    credentials: [credential('aws', 'access-key', 'state', user, { attributes: { fingerprint: value } })],
    is: 'same value high → aws:access-key:state',
  },
  'the same value in two exports': {
    secret: {},
    credentials: ['one', 'two'].map((name) =>
      credential('aws', 'access-key', name, user, { attributes: { fingerprint: value } }),
    ),
    is: '? same value: aws:access-key:one aws:access-key:two',
  },
  'the account of a key file': {
    secret: { facts: { client_email: 'CI@acme.iam.gserviceaccount.com' } },
    is: `e-mail in the key file high → ${gcp.id}`,
  },
  'an account that nobody lists': { secret: { facts: { client_email: 'x@y.iam.gserviceaccount.com' } }, is: undefined },
  'a token of the only cluster': {
    secret: { facts: { sub: 'system:serviceaccount:shop:api' } },
    principals: [account('prod')],
    is: 'subject of the token high → kubernetes:service-account:prod/shop/api',
  },
  'a token of one of two clusters': {
    secret: { facts: { sub: 'system:serviceaccount:shop:api', iss: 'https://kubernetes.default.svc' } },
    principals: [account('prod'), account('test')],
    is: '? subject of the token: kubernetes:service-account:prod/shop/api kubernetes:service-account:test/shop/api',
  },
  'a token whose issuer one cluster is known by': {
    secret: { facts: { sub: 'system:serviceaccount:shop:api', iss: 'https://oidc.example.com/prod/' } },
    principals: [account('prod'), account('test'), cluster('prod', 'https://oidc.example.com/prod')],
    is: 'subject of the token high → kubernetes:service-account:prod/shop/api',
  },
  'a token of another account': {
    secret: { facts: { sub: 'system:serviceaccount:shop:web' } },
    principals: [account('prod')],
    is: undefined,
  },
  'an application: the service principal acts, the application does not': {
    secret: { facts: { client_id: CLIENT } },
    is: `application id high → ${service.id}`,
  },
  'an application by the token that it was given': {
    secret: { facts: { appid: CLIENT } },
    is: `application id high → ${service.id}`,
  },
  'which of its passwords, by the first characters': {
    secret: { facts: { client_id: CLIENT, hint: 'a1B~x' } },
    credentials: [password('a1B', 'one', app), password('zzz', 'two', app)],
    is: 'application id high → azure:password:one',
  },
  'not which of its passwords, where nothing says': {
    secret: { facts: { client_id: CLIENT } },
    credentials: [password('a1B', 'one', app)],
    is: `application id high → ${service.id}`,
  },
  'the last eight characters of a token': {
    secret: { vendor: 'github', facts: { token_last_eight: 'abcd1234' } },
    credentials: [token('abcd1234', 'one'), token('zzzz1234', 'two')],
    is: 'last eight characters high → github:fine-grained-token:one',
  },
  'the last four characters, that one token has': {
    secret: { vendor: 'github', hint: 'ghp_…1234' },
    credentials: [token('abcd1234', 'one'), token('zzzz9999', 'two')],
    is: 'last four characters medium → github:fine-grained-token:one',
  },
  'the last four characters, that two have': {
    secret: { vendor: 'github', hint: 'ghp_…1234' },
    credentials: [token('abcd1234', 'one'), token('zzzz1234', 'two')],
    is: '? last four characters: github:fine-grained-token:one github:fine-grained-token:two',
  },
  'the last characters of a token of somebody else': {
    secret: { vendor: 'gitlab', hint: 'glpat-…1234' },
    credentials: [token('abcd1234', 'one')],
    is: undefined,
  },
  'user and host of an address': {
    secret: { facts: { scheme: 'postgres', user: 'orders', host: 'db.example.com', port: 5432 } },
    principals: [role('db.example.com'), role('other.example.com')],
    is: 'user and host of the address high → postgres:role:db.example.com/orders',
  },
  'host and port': {
    secret: { facts: { scheme: 'postgresql', user: 'orders', host: 'db.example.com', port: 5433 } },
    principals: [role('a', { host: 'db.example.com:5433' }), role('b', { host: 'db.example.com:5432' })],
    is: 'user and host of the address high → postgres:role:a/orders',
  },
  'the user alone is possible, and no match': {
    secret: { facts: { scheme: 'postgres', user: 'orders', host: 'db.example.com' } },
    principals: [role('cluster')],
    is: '? user of the address: postgres:role:cluster/orders',
  },
  'the user of another kind of address': {
    secret: { facts: { scheme: 'https', user: 'orders', host: 'cluster' } },
    principals: [role('cluster')],
    is: undefined,
  },
  'a client certificate': {
    secret: { facts: { certificate_subject: 'O=dev, CN=mona' } },
    principals: [principal('kubernetes', 'user', 'prod/mona', { scope: ['prod'] })],
    is: 'name in the certificate medium → kubernetes:user:prod/mona',
  },
  'a client certificate that two clusters have a user for': {
    secret: { facts: { certificate_subject: 'CN=mona' } },
    principals: ['prod', 'test'].map((name) => principal('kubernetes', 'user', `${name}/mona`, { scope: [name] })),
    is: '? name in the certificate: kubernetes:user:prod/mona kubernetes:user:test/mona',
  },
  'a client certificate of system:masters': {
    secret: { facts: { certificate_subject: 'CN=nobody, O=system:masters' } },
    principals: [principal('kubernetes', 'group', 'prod/system:masters', { name: 'system:masters', scope: ['prod'] })],
    is: 'organisation in the certificate medium → kubernetes:group:prod/system:masters',
  },
  'nothing that says anything': { secret: {}, is: undefined },
};

describe('matchSecrets', () => {
  it.each(Object.entries(ROWS))('%s', (_, { secret: rest, principals = [], credentials = [], is }) => {
    const found = secret('x', rest);
    const { matches, possible } = matchSecrets(
      inventoryOf({
        principals: [user, other, gcp, app, service, bot, ...principals],
        credentials,
        secrets: [found],
      }),
    );
    const match = matches.get(found.id);
    const maybe = possible.get(found.id);
    const text =
      match === undefined
        ? maybe && `? ${maybe.by}: ${maybe.candidates.join(' ')}`
        : `${match.by} ${match.confidence} → ${match.credential?.id ?? match.principal?.id}`;
    expect(text).toBe(is);
  });

  it('a weaker word decides among what a surer one left, and never against it', () => {
    const keys = ['one', 'two'].map((name) =>
      credential('github', 'fine-grained-token', name, bot, {
        attributes: { fingerprint: value, token_last_eight: name === 'one' ? 'abcd1234' : 'zzzz9999' },
      }),
    );
    const stranger = token('qqqq5555', 'three');
    const rows = (hint: string) => {
      const found = secret('x', { vendor: 'github', hint });
      return {
        found,
        ...matchSecrets(inventoryOf({ principals: [bot], credentials: [...keys, stranger], secrets: [found] })),
      };
    };
    const { matches, found } = rows('ghp_…1234');
    expect(matches.get(found.id)?.credential?.nativeId).toBe('one');
  });

  it('is an edge of the graph, with the secret as its evidence', () => {
    const found = secret('x', { platform: 'aws', credentialNativeId: AKIA });
    const graph = buildAccessGraph(
      inventoryOf({ principals: [user], credentials: [key], secrets: [found] }),
      new Map(),
    );
    expect(graph.out.get(found.id)).toMatchObject([
      { to: key.id, how: 'is', uses: ['credential id'], evidence: [found.id] },
    ]);
    expect(graph.out.get(key.id)).toMatchObject([{ to: user.id, how: 'authenticates', evidence: [key.id] }]);
  });
});
