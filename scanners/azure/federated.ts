import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import { member, text, texts } from '../../src/scan/formats/json-members.ts';
import { flattened } from './fields.ts';
import { armPath, named } from './names.ts';
import type { Reading } from './reading.ts';
import type { Parent } from './relations.ts';

/**
 * A federated identity credential: tokens of an issuer, with a subject that is matched exactly or (flexible, on applications only) an
 * expression over claims in its place. It becomes a trust of the service principal, with its condition in the form in which
 * `src/iam/federation.ts` reads all of them.
 *
 * @param parent whose it is; of a managed identity's its own id says it.
 */
export function readFederated(
  element: JsonObject,
  parent: Parent | undefined,
  location: Location,
  reading: Reading,
): void {
  const record = flattened(element);
  const issuer = text(record, 'issuer')
    ?.replace(/^https?:\/\//i, '')
    .replace(/\/$/, '');
  const holder = ownParent(record) ?? parent;
  const name = text(record, 'name');
  if (issuer === undefined || holder === undefined) {
    reading.problem(
      issuer === undefined
        ? 'a federated credential without an issuer'
        : 'federated credentials that do not say which application they are of: name it in the file name, or expand them',
      location,
    );
    return;
  }
  const condition = conditionOf(record, issuer);
  reading.trust(
    {
      principal: reading.name(named('service-principal', holder.nativeId, location)),
      subject: { kind: 'federated', issuer },
      how: 'assume-web-identity',
      ...(condition === undefined ? {} : { condition }),
    },
    location,
  );
  if (condition === undefined) {
    reading.problem(
      `a federated credential ${name === undefined ? '' : `(${name}) `}without a subject or an expression`,
      location,
    );
  }
}

/** The identity in the ARM id of the credential. */
function ownParent(record: JsonObject): Parent | undefined {
  const id = text(record, 'id');
  const [, identity] = /^(\/subscriptions\/.+)\/federatedIdentityCredentials\/[^/]+$/i.exec(id ?? '') ?? [];
  return identity === undefined ? undefined : { kind: 'service-principal', nativeId: armPath(identity) };
}

function conditionOf(record: JsonObject, issuer: string): Json | undefined {
  const audiences = texts(record, 'audiences');
  const audience = audiences.length === 0 ? {} : { [`${issuer}:aud`]: audiences };
  const subject = text(record, 'subject');
  if (subject !== undefined) return { StringEquals: { [`${issuer}:sub`]: [subject], ...audience } };
  const expression = member(record, 'claimsMatchingExpression');
  const written = isObject(expression)
    ? text(expression, 'value')
    : typeof expression === 'string'
      ? expression
      : undefined;
  if (written === undefined) return undefined;
  return expressionCondition(written, issuer, audience) ?? written;
}

const TERM = /^\s*claims\['([^']+)'\]\s+(eq|matches)\s+'([^'\\]*)'\s*$/;

/**
 * `claims['sub'] matches 'repo:acme/*' and claims['job_workflow_ref'] eq '…'` as a condition; undefined for what is no such row of
 * terms, which is then kept as it is and read as unknown.
 *
 * Source: Microsoft Learn, "Flexible federated identity credentials": operators `eq`, `matches` (`*` and `?`), `and`.
 */
function expressionCondition(
  expression: string,
  issuer: string,
  audience: Readonly<Record<string, readonly string[]>>,
): Json | undefined {
  const equals: Record<string, Json> = { ...audience };
  const like: Record<string, Json> = {};
  for (const part of expression.split(/\s+and\s+(?=claims\[)/i)) {
    const [, claim, operator, value] = TERM.exec(part) ?? [];
    if (claim === undefined || value === undefined) return undefined;
    const tests = operator === 'eq' ? equals : like;
    const key = `${issuer}:${claim}`;
    // Two terms over one claim both have to hold, which values of one key do not.
    if (tests[key] !== undefined) return undefined;
    tests[key] = [value];
  }
  return {
    ...(Object.keys(equals).length === 0 ? {} : { StringEquals: equals }),
    ...(Object.keys(like).length === 0 ? {} : { StringLike: like }),
  };
}
