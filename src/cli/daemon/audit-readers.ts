import { NOTICES } from './open-notifier.ts';

/** Names of everything that a daemon with these sinks brings the audit log to: what one of them has not had is not archived. */
export function auditReaders(sinks: readonly { readonly id: string }[]): readonly string[] {
  return [...sinks.map(({ id }) => id), NOTICES];
}
