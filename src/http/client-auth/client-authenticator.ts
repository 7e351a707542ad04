import { decodeJwt } from 'jose';
import { AppError } from '../../errors.ts';
import type { Requester } from '../../model/access-request.ts';
import type { Form } from '../form.ts';
import type { TokenAlgorithm } from '../introspection-answer.ts';
import type { HttpOptions } from '../options.ts';
import { leadsTo } from '../sender/certificate-path.ts';
import type { Certificate, ClientCertificate } from '../sender/client-certificate.ts';
import type { Sender } from '../sender/sender.ts';
import type { SpiffeWorkloads } from '../spiffe/spiffe-workloads.ts';
import { ClientAssertions } from './client-assertion.ts';
import type { ClientRule } from './client-rule.ts';
import { refusedClient } from './refused-client.ts';

/** A client that proved who it is. */
export interface AuthenticatedClient {
  readonly id: string;
  /** The client or SPIFFE rule that knows it; what `resource_servers` name. */
  readonly rule: string;
  /** Who it is when it asks for itself. */
  readonly requester: Requester;
  readonly introspectionAlg?: TokenAlgorithm;
}

/** `issuer` of requesters that are clients of the configuration. */
const CLIENT_ISSUER = 'lapse:client';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:';
const METHODS = ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'] as const;

type Dependencies = Pick<HttpOptions, 'clients' | 'certificates' | 'issuer' | 'url' | 'spiffe' | 'now'>;

/**
 * Authentication of clients at the token-like endpoints: `private_key_jwt` (RFC 7523), `tls_client_auth` and `self_signed_tls_client_auth`
 * (RFC 8705), JWT-SVID and X.509-SVID (draft-ietf-oauth-spiffe-client-auth). Secrets are not offered: they would be static.
 */
export class ClientAuthenticator {
  readonly #clients: ReadonlyMap<string, ClientRule>;
  readonly #assertions: ClientAssertions;
  readonly #workloads: SpiffeWorkloads;
  readonly #dependencies: Dependencies;

  constructor(dependencies: Dependencies, workloads: SpiffeWorkloads) {
    this.#clients = new Map(dependencies.clients.map((client) => [client.id, client]));
    this.#assertions = new ClientAssertions(dependencies.clients, dependencies);
    this.#workloads = workloads;
    this.#dependencies = dependencies;
  }

  /** `token_endpoint_auth_methods_supported`: what some configured client can use. */
  methods(): readonly string[] {
    const { clients, spiffe, certificates } = this.#dependencies;
    const used = new Set<string>(clients.map(({ method }) => method.kind));
    if (spiffe.length > 0) used.add('spiffe_jwt');
    if (spiffe.length > 0 && certificates !== undefined) used.add('spiffe_x509');
    return [...METHODS, 'spiffe_jwt', 'spiffe_x509'].filter((method) => used.has(method));
  }

  /**
   * @returns undefined when no client authentication was tried; a `client_id` of somebody unknown is no try.
   * @throws {AppError} ERR_CLIENT_REFUSED, ERR_HTTP_MALFORMED for more or less than one whole try, ERR_KEYS_UNREACHABLE.
   */
  async authenticate(form: Form, sender: Sender): Promise<AuthenticatedClient | undefined> {
    if (form.optional('client_secret') !== undefined) throw refusedClient('a secret');
    const assertion = form.optional('client_assertion');
    const type = form.optional('client_assertion_type');
    const id = form.optional('client_id');
    if ((assertion === undefined) !== (type === undefined))
      throw new AppError('ERR_HTTP_MALFORMED', 'client_assertion and client_assertion_type belong together');
    if (assertion !== undefined) {
      const client = await this.#byAssertion(assertion, type);
      if (id !== undefined && id !== client.id) throw refusedClient('client_id');
      return client;
    }
    if (id === undefined) return undefined;
    const client = this.#clients.get(id);
    if (client !== undefined) return this.#byCertificate(client, sender.certificate);
    return id.startsWith('spiffe://') ? await this.#bySvid(id, sender.certificate) : undefined;
  }

  async #byAssertion(assertion: string, type: string | undefined): Promise<AuthenticatedClient> {
    const subject = unverifiedSubject(assertion);
    if (type === `${ASSERTION_TYPE}jwt-spiffe`) {
      const { url } = this.#dependencies;
      const { id, rule, requester } = await asClient(this.#workloads.byToken(assertion, subject, url));
      return { id, rule: rule.id, requester };
    }
    const client = type === `${ASSERTION_TYPE}jwt-bearer` ? this.#clients.get(subject) : undefined;
    if (client === undefined) throw refusedClient('no such client, or type of assertion');
    await this.#assertions.check(assertion, client);
    return authenticated(client);
  }

  #byCertificate(client: ClientRule, certificate: ClientCertificate | undefined): AuthenticatedClient {
    const { method } = client;
    if (certificate === undefined || method.kind === 'private_key_jwt') throw refusedClient('no proof');
    const good =
      method.kind === 'self_signed_tls_client_auth'
        ? method.thumbprints.includes(certificate.thumbprint)
        : this.#issued(certificate) && certificate.extensions.names[method.name.kind].includes(method.name.value);
    if (!good) throw refusedClient('certificate');
    return authenticated(client);
  }

  #issued(certificate: ClientCertificate): boolean {
    const authorities: readonly Certificate[] = this.#dependencies.certificates?.authorities ?? [];
    return leadsTo(certificate, authorities, this.#dependencies.now());
  }

  async #bySvid(id: string, certificate: ClientCertificate | undefined): Promise<AuthenticatedClient> {
    if (certificate === undefined) throw refusedClient('no proof');
    const workload = await asClient(this.#workloads.byCertificate(certificate));
    if (workload.id !== id) throw refusedClient('client_id');
    return { id, rule: workload.rule.id, requester: workload.requester };
  }
}

function authenticated({ id, owners, principal, introspectionAlg }: ClientRule): AuthenticatedClient {
  return {
    id,
    rule: id,
    introspectionAlg,
    requester: {
      kind: 'workload',
      issuer: CLIENT_ISSUER,
      subject: id,
      ...(principal === undefined ? {} : { principal }),
      owners,
      claims: {},
    },
  };
}

/** Read before anything is verified, and used for nothing but finding the keys. */
function unverifiedSubject(assertion: string): string {
  try {
    return decodeJwt(assertion).sub ?? '';
  } catch (cause) {
    throw refusedClient('not a JWT', cause);
  }
}

/** What refuses a subject token refuses a client with another error. */
async function asClient<T>(checked: Promise<T>): Promise<T> {
  try {
    return await checked;
  } catch (error) {
    if (error instanceof AppError && error.code === 'ERR_SUBJECT_TOKEN_REFUSED')
      throw refusedClient(String(error.details?.reason), error);
    throw error;
  }
}
