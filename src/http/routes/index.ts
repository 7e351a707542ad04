import type { FastifyInstance } from 'fastify';
import type { Browser } from '../browser/browser.ts';
import type { HttpContext } from '../options.ts';
import { auditRoute } from './api/audit.ts';
import { bindingRoutes } from './api/bindings.ts';
import { delegationRoutes } from './api/delegations.ts';
import { leaseRoutes } from './api/leases.ts';
import { requestRoutes } from './api/requests.ts';
import { reviewRoutes } from './api/reviews.ts';
import { sessionRoutes } from './api/session.ts';
import { backchannelRoute } from './bc-authorize.ts';
import { auditPages } from './browser/audit.ts';
import { devicePages } from './browser/device.ts';
import { leasePages } from './browser/leases.ts';
import { loginRoutes } from './browser/login.ts';
import { requestPages } from './browser/requests.ts';
import { sessionPages } from './browser/session.ts';
import { styleRoute } from './browser/style.ts';
import { deviceAuthorizationRoute } from './device-authorization.ts';
import { healthzRoute } from './healthz.ts';
import { introspectRoute } from './introspect.ts';
import { jwksRoute } from './jwks.ts';
import { metadataRoute } from './metadata.ts';
import { metricsRoute } from './metrics.ts';
import { openApiRoute } from './openapi.ts';
import { revokeRoute } from './revoke.ts';
import { securityEventRoutes, ssfMetadataRoute } from './security-events.ts';
import { tokenRoute } from './token.ts';

type Route = (app: FastifyInstance, context: HttpContext) => void;

/** Routes below the path of the issuer's URL. */
export const ISSUER_ROUTES: readonly Route[] = [
  tokenRoute,
  introspectRoute,
  revokeRoute,
  deviceAuthorizationRoute,
  backchannelRoute,
  jwksRoute,
  sessionRoutes,
  requestRoutes,
  delegationRoutes,
  reviewRoutes,
  leaseRoutes,
  bindingRoutes,
  auditRoute,
  securityEventRoutes,
  openApiRoute,
];

/** Pages for people, below the path of the issuer's URL. */
export const BROWSER_ROUTES: readonly ((app: FastifyInstance, browser: Browser) => void)[] = [
  styleRoute,
  loginRoutes,
  sessionPages,
  devicePages,
  requestPages,
  leasePages,
  auditPages,
];

/** Routes with a place of their own, whatever the issuer's URL. */
export const ROOT_ROUTES: readonly Route[] = [metadataRoute, ssfMetadataRoute, healthzRoute, metricsRoute];
