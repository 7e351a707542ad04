import { escapeControl } from '../../report/escape.ts';
import type { CliContext } from '../context.ts';
import type { PendingAnswer } from './obtain-lease.ts';

/** Who can answer, and until when. */
export function tellWaiting(cli: CliContext, { auth_req_id, expires_in, waiting_for = [] }: PendingAnswer): void {
  const people = waiting_for.map(
    ({ from, count, level = 1 }) => `${count} of ${from}${level === 1 ? '' : ` (level ${level})`}`,
  );
  const who = people.length === 0 ? '' : ` from ${people.join(', ')}`;
  const until = new Date(cli.now().getTime() + expires_in * 1000).toISOString();
  cli.stderr.write(escapeControl(`waiting for an approver${who} until ${until}: lapse approve ${auth_req_id}`));
  cli.stderr.write('\n');
}
