import type { Migration } from '../../migrate.ts';
import { issuerState } from './0001-issuer-state.ts';
import { jobs } from './0002-jobs.ts';
import { elevations } from './0003-elevations.ts';
import { approvals } from './0004-approvals.ts';
import { signIn } from './0005-sign-in.ts';
import { auditCursors } from './0006-audit-cursors.ts';
import { instances } from './0007-instances.ts';
import { bindingMessages } from './0008-binding-messages.ts';
import { auditSegments } from './0009-audit-segments.ts';
import { securityEvents } from './0010-security-events.ts';

/** In order; a new one is one file and one line here. */
export const ISSUER_MIGRATIONS: readonly Migration[] = [
  issuerState,
  jobs,
  elevations,
  approvals,
  signIn,
  auditCursors,
  instances,
  bindingMessages,
  auditSegments,
  securityEvents,
];
