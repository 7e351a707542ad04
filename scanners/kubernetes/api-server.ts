import type { JsonObject } from '../../src/model/json.ts';
import { itemsAt, type Node, textAt } from '../../src/scan/formats/node.ts';
import { tellCluster } from './cluster.ts';
import type { Facts } from './facts.ts';
import type { ManifestObject } from './manifest-object.ts';

const FLAG = /^--([a-z][a-z0-9-]*)(?:=(.*))?$/s;

/** What of the API server's flags decides who gets in, and for how long; by the attribute that says it. */
const SETTINGS: Readonly<Record<string, (value: string) => JsonObject>> = {
  'anonymous-auth': (value) => ({ anonymous_auth: value !== 'false' }),
  'authorization-mode': (value) => ({ authorization_modes: value.split(',') }),
  'enable-admission-plugins': (value) => ({ admission_plugins: value.split(',') }),
  'oidc-issuer-url': (value) => ({ oidc_issuer: value }),
  'service-account-issuer': (value) => ({ service_account_issuer: value }),
  'service-account-extend-token-expiration': (value) => ({ extends_tokens: value !== 'false' }),
  'service-account-max-token-expiration': (value) => ({ max_token_lifetime: value }),
  // A file of tokens that never expire, each in clear.
  'token-auth-file': () => ({ static_tokens: true }),
};

/**
 * The API server's own manifest (a static pod): settings of tokens and of signing in, kept on the row of the cluster.
 *
 * Source: Kubernetes documentation, kube-apiserver, command line reference.
 */
export function readApiServer(object: ManifestObject, spec: Node | undefined, facts: Facts): void {
  for (const container of itemsAt(spec, 'containers')) {
    const words = ['command', 'args'].flatMap((key) => itemsAt(container, key).map((word) => textAt(word) ?? ''));
    if (!/(?:^|\/)kube-apiserver$/.test(words[0] ?? '')) continue;
    const attributes: JsonObject = Object.assign(
      {},
      ...words.map((word) => {
        const [, name = '', value = ''] = FLAG.exec(word) ?? [];
        return Object.hasOwn(SETTINGS, name) ? SETTINGS[name]?.(value) : {};
      }),
    );
    tellCluster(facts, attributes, object.place);
  }
}
