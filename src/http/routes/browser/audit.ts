import type { FastifyInstance } from 'fastify';
import { auditPage } from '../../../console/audit-page.ts';
import type { Browser } from '../../browser/browser.ts';

const TAIL = 100;

/** The tail of the audit log. */
export function auditPages(app: FastifyInstance, browser: Browser): void {
  browser.get(app, '/console/audit', async (session) => {
    const events = await browser.context.issuer.audit({ limit: TAIL });
    return auditPage(browser.frame(session), events.toReversed());
  });
}
