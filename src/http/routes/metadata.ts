import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../options.ts';
import { DPOP_ALGORITHMS } from '../sender/dpop.ts';
import { SVID_ALGORITHMS } from '../spiffe/spiffe-workloads.ts';

/**
 * `GET /.well-known/oauth-authorization-server` (RFC 8414) and `/.well-known/openid-configuration`: one document at both places, so
 * that clouds and Kubernetes, which look for the second, can federate with us. Nothing is advertised that does not work. For an issuer
 * with a path, RFC 8414 §3 puts the well-known part before the path and OpenID Discovery behind it.
 *
 * `response_types_supported` is required by RFC 8414 §2 although there is no authorization endpoint; `id_token` is what the
 * federations want to read there.
 */
export function metadataRoute(app: FastifyInstance, context: HttpContext): void {
  const { url, certificates } = context;
  const methods = context.clientAuth.methods();
  const signing = methods.some((method) => method.endsWith('_jwt'))
    ? { token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms(context) }
    : {};
  const document = async () => {
    const { keys } = await context.issuer.jwks();
    return {
      issuer: url,
      token_endpoint: `${url}/token`,
      jwks_uri: `${url}/jwks`,
      introspection_endpoint: `${url}/introspect`,
      revocation_endpoint: `${url}/revoke`,
      device_authorization_endpoint: `${url}/device_authorization`,
      backchannel_authentication_endpoint: `${url}/bc-authorize`,
      backchannel_token_delivery_modes_supported: ['poll'],
      backchannel_user_code_parameter_supported: false,
      // Our own: how people sign in, for "lapse login".
      lapse_sign_in_methods_supported: signInMethods(context),
      grant_types_supported: [...context.grants.keys()],
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [...new Set(keys.map((key) => key.alg))],
      token_endpoint_auth_methods_supported: ['none', ...methods],
      ...signing,
      introspection_endpoint_auth_methods_supported: ['Bearer', 'DPoP', ...methods],
      introspection_signing_alg_values_supported: [...new Set(keys.map((key) => key.alg))],
      revocation_endpoint_auth_methods_supported: ['none', 'Bearer', 'DPoP', ...methods],
      dpop_signing_alg_values_supported: DPOP_ALGORITHMS,
      tls_client_certificate_bound_access_tokens: certificates !== undefined,
      ...(certificates?.url === undefined ? {} : { mtls_endpoint_aliases: aliases(certificates.url) }),
      authorization_details_types_supported: [...new Set(context.targets.map((target) => target.detailType))],
    };
  };
  for (const place of metadataPlaces(url))
    app.get(place, async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=300').send(await document()),
    );
}

/** Paths below the origin. @param url - of the issuer. */
export function metadataPlaces(url: string): readonly string[] {
  const path = new URL(url).pathname.replace(/\/$/, '');
  const places = [
    `/.well-known/oauth-authorization-server${path}`,
    `${path}/.well-known/oauth-authorization-server`,
    `${path}/.well-known/openid-configuration`,
  ];
  return [...new Set(places)];
}

function signInMethods({ people }: HttpContext): readonly string[] {
  return [...(people.provider === undefined ? [] : ['oidc']), ...(people.passwords ? ['password'] : [])];
}

/** RFC 8705 §5: where a certificate is asked for, when that is elsewhere. */
function aliases(base: string): Readonly<Record<string, string>> {
  return {
    token_endpoint: `${base}/token`,
    introspection_endpoint: `${base}/introspect`,
    revocation_endpoint: `${base}/revoke`,
  };
}

function assertionAlgorithms({ clients, spiffe }: HttpContext): readonly string[] {
  const own = clients.flatMap(({ method }) => (method.kind === 'private_key_jwt' ? method.algs : []));
  return [...new Set([...own, ...(spiffe.length > 0 ? SVID_ALGORITHMS : [])])];
}
