import { isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Principal } from '../../model/principal.ts';

/** The labels of a role. */
export function labelsOf(role: Principal): JsonObject {
  const labels = role.attributes?.labels;
  return isObject(labels) ? labels : {};
}

/**
 * Whether a label selector matches (`metav1.LabelSelector`): all of its labels and all of its expressions, and an empty one
 * matches everything. An operator that is not known matches nothing, as the API server refuses it.
 */
export function selectorMatches(selector: Json, labels: JsonObject): boolean {
  if (!isObject(selector)) return false;
  const { matchLabels, matchExpressions } = selector;
  const required = isObject(matchLabels) ? Object.entries(matchLabels) : [];
  if (!required.every(([key, value]) => has(labels, key) && labels[key] === value)) return false;
  return (Array.isArray(matchExpressions) ? matchExpressions : []).every((expression: Json) =>
    expressionMatches(expression, labels),
  );
}

function expressionMatches(expression: Json, labels: JsonObject): boolean {
  if (!isObject(expression) || typeof expression.key !== 'string') return false;
  const present = has(labels, expression.key);
  const value = present ? labels[expression.key] : undefined;
  const listed = Array.isArray(expression.values) && value !== undefined && expression.values.includes(value);
  switch (expression.operator) {
    case 'In':
      return present && listed;
    case 'NotIn':
      return !listed;
    case 'Exists':
      return present;
    case 'DoesNotExist':
      return !present;
    default:
      return false;
  }
}

function has(labels: JsonObject, key: string): boolean {
  return Object.hasOwn(labels, key);
}
