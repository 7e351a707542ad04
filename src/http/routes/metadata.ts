import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../options.ts';

/**
 * `GET /.well-known/oauth-authorization-server` (RFC 8414) and `/.well-known/openid-configuration`: one document at both places, so
 * that clouds and Kubernetes, which look for the second, can federate with us. Nothing is advertised that does not work. For an issuer
 * with a path, RFC 8414 §3 puts the well-known part before the path and OpenID Discovery behind it.
 *
 * `response_types_supported` is required by RFC 8414 §2 although there is no authorization endpoint; `id_token` is what the
 * federations want to read there.
 */
export function metadataRoute(app: FastifyInstance, context: HttpContext): void {
  const { url } = context;
  const path = new URL(url).pathname.replace(/\/$/, '');
  const document = async () => {
    const { keys } = await context.issuer.jwks();
    return {
      issuer: url,
      token_endpoint: `${url}/token`,
      jwks_uri: `${url}/jwks`,
      introspection_endpoint: `${url}/introspect`,
      revocation_endpoint: `${url}/revoke`,
      grant_types_supported: [...context.grants.keys()],
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [...new Set(keys.map((key) => key.alg))],
      token_endpoint_auth_methods_supported: ['none'],
      introspection_endpoint_auth_methods_supported: ['Bearer'],
      revocation_endpoint_auth_methods_supported: ['none', 'Bearer'],
      authorization_details_types_supported: [...new Set(context.targets.map((target) => target.detailType))],
    };
  };
  const places = new Set([
    `/.well-known/oauth-authorization-server${path}`,
    `${path}/.well-known/oauth-authorization-server`,
    `${path}/.well-known/openid-configuration`,
  ]);
  for (const place of places)
    app.get(place, async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=300').send(await document()),
    );
}
