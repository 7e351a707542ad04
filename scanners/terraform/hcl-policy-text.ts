import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import { statementPlaces } from './hcl-policy-places.ts';
import { hasPlaceholder, NOT_APPLIED, scalar, textOfValue, type Value, valueOfJson } from './hcl-value.ts';

/** A policy document as its file says it. */
export interface PolicyText {
  /** With the places of its statements; text where it is none; undefined where nothing of it is known. */
  readonly document: Value | undefined;
  /** Some statement is not known: instead of all of these there is one without an effect. */
  readonly partial: boolean;
}

/**
 * A policy document without what would be misread where it is not known: a resource may hold a placeholder, which is then a
 * variable that has no value yet; an action with a placeholder would match nothing, so that its statement is not known.
 */
export function policyText(value: Value): PolicyText {
  const { place } = value;
  const text = inOwnAccount(textOfValue(value));
  if (text === undefined || (value.kind === 'unknown' && !text.trimStart().startsWith('{')))
    return { document: undefined, partial: true };
  let document: Json;
  try {
    document = JSON.parse(text) as Json;
  } catch {
    // Text that is known and no JSON is a mistake in the file, and told of by whoever reads it.
    return value.kind === 'unknown'
      ? { document: undefined, partial: true }
      : { document: scalar(text, place), partial: false };
  }
  if (!isObject(document)) return { document: scalar(text, place), partial: false };
  const written = document.Statement;
  if (written === undefined) return { document: valueOfJson(document, place), partial: false };
  const statements = Array.isArray(written) ? (written as Json[]) : [written];
  const places = statementPlaces(value, statements.length);
  const hasVariables = document.Version === '2012-10-17';
  const known = statements.flatMap((statement, index) => {
    const part = value.kind === 'unknown' ? knownPart(statement, hasVariables) : statement;
    return part === undefined ? [] : [{ part, whole: part === statement, place: places[index] ?? place }];
  });
  const partial = known.length < statements.length || known.some(({ whole }) => !whole);
  if (partial && known.length === 0) return { document: undefined, partial };
  const items = known.map((one) => valueOfJson(one.part, one.place));
  if (partial) items.push(valueOfJson(NOT_KNOWN, place));
  const { Statement: _, ...rest } = document;
  const around = valueOfJson(rest, place);
  const entries = new Map(around.kind === 'map' ? around.entries : []);
  entries.set('Statement', { place, value: { kind: 'list', items, place } });
  return { document: { kind: 'map', entries, place }, partial };
}

/** The account that a configuration is applied to is that of all it declares. */
function inOwnAccount(text: string | undefined): string | undefined {
  return text?.replaceAll(OWN_ACCOUNT, () => NOT_APPLIED);
}

const OWN_ACCOUNT = /arn:aws:iam::\$\{data\.aws_caller_identity\.[\w-]+\.account_id\}:/g;

/** Has no effect, which is how its reader comes to say that something of the document is not known. */
const NOT_KNOWN: JsonObject = { Effect: 'not known before an apply' };

/** The statement, or what is known of it, or undefined. */
function knownPart(statement: Json, variables: boolean): JsonObject | undefined {
  if (!isObject(statement) || unclear(statement.Effect) || unclear(statement.NotAction)) return undefined;
  // In a document of the old version a placeholder would be plain text.
  if (!variables && ['Resource', 'NotResource', 'Condition'].some((name) => unclear(statement[name]))) return undefined;
  if (!unclear(statement.Action)) return statement;
  const actions = Array.isArray(statement.Action) ? (statement.Action as Json[]) : [];
  const known = actions.filter((action) => !unclear(action));
  // Of a denial less is known too: what it would take away is not said.
  return known.length === 0 ? undefined : { ...statement, Action: known };
}

function unclear(value: Json | undefined): boolean {
  if (typeof value === 'string') return hasPlaceholder(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(unclear);
}
