import { isObject, type JsonObject } from '../../src/model/json.ts';
import { member, text } from '../../src/scan/formats/json-members.ts';
import { date } from './fields.ts';

/** What Privileged Identity Management says of an assignment. As JSON, since it becomes part of a grant's condition. */
export interface Schedule extends JsonObject {
  /** `eligible`: it must be activated first. `assigned`, `activated`: it is in force. */
  readonly state: 'eligible' | 'assigned' | 'activated';
  readonly from?: string;
  /** Absent: for good. */
  readonly until?: string;
}

/** The schedule of a record; undefined where the record is a plain assignment. */
export function scheduleOf(record: JsonObject, eligible: boolean, context: string): Schedule | undefined {
  const type = text(record, 'assignmentType')?.toLowerCase();
  const scheduled = eligible || type !== undefined || context.includes('schedule');
  if (!scheduled) return undefined;
  const info = member(record, 'scheduleInfo');
  const expiration = isObject(info) ? member(info, 'expiration') : undefined;
  const until = date(record, 'endDateTime') ?? (isObject(expiration) ? date(expiration, 'endDateTime') : undefined);
  const from = date(record, 'startDateTime') ?? (isObject(info) ? date(info, 'startDateTime') : undefined);
  const state = eligible ? 'eligible' : type === 'activated' ? 'activated' : 'assigned';
  return { state, ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
}
