import { credentialId } from '../../src/model/id.ts';
import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { Usage } from '../../src/model/usage.ts';
import { instant } from '../../src/scan/formats/instant.ts';
import { member, normalName, text } from '../../src/scan/formats/json-members.ts';
import { readPositionedJson } from '../../src/scan/formats/positioned-json.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { namedPrincipal, parseIamArn } from './arn.ts';
import { referencedPrincipal } from './trusts.ts';

/**
 * Reads events of CloudTrail, of a trail's files (`Records`) or of `lookup-events`, as facts about use: per principal and per
 * long-term key when it was last used, and which calls succeeded. Of parameters, answers and addresses nothing is kept.
 *
 * A call that was denied shows that the credential works, and not that the permission is used. Calls by AWS services on
 * somebody's behalf are left out. What a trail does not record (most data events) is not known to be unused.
 *
 * Source: AWS CloudTrail User Guide, "CloudTrail record contents" and "CloudTrail userIdentity element".
 *
 * @throws {AppError} ERR_SCAN_SYNTAX with `file:line:column`; what stood before that place was read.
 */
export async function readCloudTrail(file: SourceFile, context: ScanContext): Promise<void> {
  const seen = new Map<string, Seen>();
  let more: Location | undefined;
  try {
    await readPositionedJson(file, {
      item: (name, value, placeOf) => {
        const list = normalName(name);
        if (list === 'nexttoken' && typeof value === 'string' && value !== '') more = placeOf(value);
        if (!isObject(value) || (list !== 'records' && list !== 'events' && name !== '')) return;
        const event = list === 'events' ? innerEvent(value) : value;
        if (event === undefined) context.problem({ message: 'an event that is not JSON', location: placeOf(value) });
        else note(event, placeOf(value), seen);
      },
      documentEnd: () => undefined,
    });
  } finally {
    for (const one of seen.values()) emit(one, context);
  }
  if (more !== undefined) context.problem({ message: 'the events go on (NextToken)', location: more });
}

const SOURCE = 'aws-cloudtrail';
/** Actions that are kept for one principal: more than any workload calls. */
const MAX_ACTIONS = 1_000;

interface Seen {
  readonly principal: Principal;
  readonly key: string | undefined;
  readonly actions: Map<string, string>;
  from: string;
  to: string;
  service: string;
  region: string | undefined;
  events: number;
  denied: number;
}

function innerEvent(value: JsonObject): JsonObject | undefined {
  const inner = member(value, 'CloudTrailEvent');
  if (isObject(inner)) return inner;
  try {
    const parsed = JSON.parse(String(inner)) as Json;
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const DENIED = /AccessDenied|Unauthorized|Forbidden|AuthFailure/i;

function note(event: JsonObject, location: Location, seen: Map<string, Seen>): void {
  const at = instant(member(event, 'eventTime'));
  const identity = member(event, 'userIdentity');
  if (at === undefined || !isObject(identity) || text(identity, 'invokedBy')?.endsWith('.amazonaws.com') === true)
    return;
  const principal = callerOf(identity, location);
  if (principal === undefined) return;
  const service = (text(event, 'eventSource') ?? '').replace(/\.amazonaws\.com(?:\.cn)?$/, '');
  const denied = DENIED.test(text(event, 'errorCode') ?? '');
  const keyId = text(identity, 'accessKeyId');
  // Keys of sessions begin with ASIA and are gone with them.
  const key = keyId?.startsWith('AKIA') === true ? keyId : undefined;
  for (const by of key === undefined ? [undefined] : [undefined, key]) {
    const id = `${principal.id} ${by ?? ''}`;
    let one = seen.get(id);
    if (one === undefined) {
      one = {
        principal,
        key: by,
        actions: new Map(),
        from: at,
        to: at,
        service,
        region: undefined,
        events: 0,
        denied: 0,
      };
      seen.set(id, one);
    }
    one.events += 1;
    if (denied) one.denied += 1;
    if (at < one.from) one.from = at;
    if (at >= one.to) {
      one.to = at;
      one.service = service;
      one.region = text(event, 'awsRegion');
    }
    const action = `${service}:${text(event, 'eventName') ?? ''}`;
    const last = one.actions.get(action);
    if (denied || (last !== undefined && last >= at) || (last === undefined && one.actions.size >= MAX_ACTIONS))
      continue;
    one.actions.set(action, at);
  }
}

/** The user or role that called; of a session its role. Services and other accounts are none of ours. */
function callerOf(identity: JsonObject, location: Location): Principal | undefined {
  const type = text(identity, 'type');
  const arn = text(identity, 'arn');
  if (type === 'Root' && arn !== undefined)
    return referencedPrincipal('root', arn, parseIamArn(arn)?.account, location);
  const session = member(identity, 'sessionContext');
  const issuer = isObject(session) ? member(session, 'sessionIssuer') : undefined;
  const issuerArn = isObject(issuer) ? text(issuer, 'arn') : undefined;
  const named = namedPrincipal(issuerArn ?? arn ?? '');
  return named === undefined ? undefined : referencedPrincipal(named.kind, named.nativeId, named.account, location);
}

function emit(seen: Seen, context: ScanContext): void {
  const { principal, key, from, to, service, region } = seen;
  const [location = { path: '' }] = principal.locations;
  const usage: Usage = {
    lastUsedAt: to,
    ...(service === '' ? {} : { service }),
    ...(region === undefined ? {} : { region }),
    source: SOURCE,
    confidence: 'high',
  };
  const observation: Observation = {
    source: SOURCE,
    kind: 'activity',
    from,
    asOf: to,
    confidence: 'high',
    actions: Object.fromEntries([...seen.actions].sort(([one], [other]) => (one < other ? -1 : 1))),
    detail: { events: seen.events, denied: seen.denied },
    location,
  };
  const facts = { usage, observations: [observation] };
  if (key === undefined) context.emit({ kind: 'principal', body: { ...principal, ...facts } });
  else {
    context.emit({
      kind: 'credential',
      body: {
        id: credentialId('aws', 'access-key', key),
        platform: 'aws',
        kind: 'access-key',
        nativeId: key,
        principal: principal.id,
        status: 'unknown',
        ...facts,
        locations: [location],
      },
    });
  }
}
