import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import { list, member, text, texts } from '../../src/scan/formats/json-members.ts';
import type { PlaceOf } from '../../src/scan/formats/positioned-json.ts';

/** One statement of a policy document, in narrow form. Exactly one of each pair is set in a valid one. */
export interface Statement {
  readonly sid?: string;
  readonly effect: 'allow' | 'deny';
  readonly actions: readonly string[];
  readonly notActions?: readonly string[];
  readonly resources: readonly string[];
  readonly notResources?: readonly string[];
  /** Of trust policies: as written. */
  readonly principal?: Json;
  readonly notPrincipal?: Json;
  readonly condition?: Json;
  readonly location: Location;
}

export interface PolicyDocument {
  readonly statements: readonly Statement[];
  /** What could not be understood, with its place. Whoever reads the document must treat the rest as not the whole of it. */
  readonly faults: readonly { readonly message: string; readonly location: Location }[];
}

/** Which kind of policy a document is: an identity policy names resources, a trust policy is attached to one and names principals, as does one of another resource. */
type PolicyKind = 'identity' | 'trust' | 'resource';

/**
 * Reads a policy document: an object as the CLI writes it, or a string of JSON, URL-encoded as the API sends it. `fallback` is
 * the place to name where the document has no place of its own in the file (inside a string).
 *
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language".
 */
export function readPolicyDocument(
  kind: PolicyKind,
  value: Json | undefined,
  placeOf: PlaceOf,
  fallback: Location,
): PolicyDocument {
  const document = typeof value === 'string' ? parseEncoded(value) : value;
  if (!isObject(document))
    return { statements: [], faults: [{ message: 'a policy document that is not JSON', location: fallback }] };
  // Variables exist since this version; in older documents, and without a version, `${` is text like any other.
  const variables = text(document, 'Version') === '2012-10-17';
  const statements: Statement[] = [];
  const faults: { message: string; location: Location }[] = [];
  const written = list(document, 'Statement');
  if (written.length === 0) faults.push({ message: 'a policy document without statements', location: fallback });
  for (const body of written) {
    const location = typeof value === 'string' || !isObject(body) ? fallback : placeOf(body);
    if (!isObject(body)) {
      faults.push({ message: 'a policy statement that is not an object', location });
      continue;
    }
    const statement = readStatement(kind, variables ? body : withoutVariables(body), location);
    if (typeof statement === 'string') faults.push({ message: statement, location });
    else statements.push(statement);
  }
  return { statements, faults };
}

function readStatement(kind: PolicyKind, body: JsonObject, location: Location): Statement | string {
  const written = text(body, 'Effect');
  // IAM takes no other capitals.
  const effect = written === 'Allow' ? 'allow' : written === 'Deny' ? 'deny' : undefined;
  if (effect === undefined) return 'a policy statement whose Effect is neither Allow nor Deny';
  const unreadable = LISTS.find((name) => list(body, name).some((value) => typeof value !== 'string'));
  if (unreadable !== undefined) return `a policy statement whose ${unreadable} is not text`;
  const long = LISTS.find((name) => texts(body, name).some((value) => value.length > MAX_PATTERN));
  if (long !== undefined) return `a policy statement with an element of ${long} that is longer than any ARN can be`;
  const sid = text(body, 'Sid');
  const actions = texts(body, 'Action');
  const notActions = texts(body, 'NotAction');
  const resources = texts(body, 'Resource');
  const notResources = texts(body, 'NotResource');
  if ((actions.length === 0) === (notActions.length === 0))
    return 'a policy statement without one of Action and NotAction';
  if (resources.length > 0 && notResources.length > 0) return 'a policy statement with both Resource and NotResource';
  if (kind === 'identity' && resources.length + notResources.length === 0)
    return 'a policy statement without Resource or NotResource';
  const principal = member(body, 'Principal');
  const notPrincipal = member(body, 'NotPrincipal');
  const condition = member(body, 'Condition');
  return {
    ...(sid === undefined ? {} : { sid }),
    effect,
    actions,
    ...(notActions.length === 0 ? {} : { notActions }),
    resources,
    ...(notResources.length === 0 ? {} : { notResources }),
    ...(principal === undefined ? {} : { principal }),
    ...(notPrincipal === undefined ? {} : { notPrincipal }),
    ...(condition === undefined || isEmptyObject(condition) ? {} : { condition }),
    location,
  };
}

function isEmptyObject(value: Json): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

/** IAM accepts no ARN of more than 2,048 characters, and no action comes near that. */
const MAX_PATTERN = 4_096;

const LISTS = ['Action', 'NotAction', 'Resource', 'NotResource'] as const;

function parseEncoded(text: string): Json | undefined {
  try {
    return JSON.parse(text.trimStart().startsWith('{') ? text : decodeURIComponent(text)) as Json;
  } catch {
    return undefined;
  }
}

/** `${$}` is how a policy writes a plain dollar sign, so that no later reader takes what follows for a variable. */
function withoutVariables(body: JsonObject): JsonObject {
  const escaped = (value: Json | undefined): Json | undefined => {
    if (typeof value === 'string') return value.replaceAll(/\$(?=\{)/g, () => PLAIN_DOLLAR);
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escaped(inner)]));
    return Array.isArray(value) ? value.map((inner: Json) => escaped(inner) ?? null) : value;
  };
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, VARIABLE_BEARERS.has(key.toLowerCase()) ? escaped(value) : value]),
  );
}

/** `${$}`. */
const PLAIN_DOLLAR = '\x24{$}';

const VARIABLE_BEARERS: ReadonlySet<string> = new Set(['resource', 'notresource', 'condition']);
