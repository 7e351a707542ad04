import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../options.ts';
import { auditRoute } from './api/audit.ts';
import { bindingRoutes } from './api/bindings.ts';
import { leaseRoutes } from './api/leases.ts';
import { requestRoutes } from './api/requests.ts';
import { sessionRoutes } from './api/session.ts';
import { healthzRoute } from './healthz.ts';
import { introspectRoute } from './introspect.ts';
import { jwksRoute } from './jwks.ts';
import { metadataRoute } from './metadata.ts';
import { metricsRoute } from './metrics.ts';
import { revokeRoute } from './revoke.ts';
import { tokenRoute } from './token.ts';

type Route = (app: FastifyInstance, context: HttpContext) => void;

/** Routes below the path of the issuer's URL. */
export const ISSUER_ROUTES: readonly Route[] = [
  tokenRoute,
  introspectRoute,
  revokeRoute,
  jwksRoute,
  sessionRoutes,
  requestRoutes,
  leaseRoutes,
  bindingRoutes,
  auditRoute,
];

/** Routes with a place of their own, whatever the issuer's URL. */
export const ROOT_ROUTES: readonly Route[] = [metadataRoute, healthzRoute, metricsRoute];
