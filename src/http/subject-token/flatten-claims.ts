import { isObject, type Json, type JsonObject } from '../../model/json.ts';

/** They say when and for whom the token is, and who acts for whom, not who carries it. */
const ENVELOPE = new Set(
  ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'nonce', 'at_hash', 'azp', 'sid'].concat(['cnf', 'act', 'may_act']),
);
const MAX_CLAIMS = 100;
const MAX_LENGTH = 512;
const MAX_DEPTH = 4;

/**
 * The scalar claims of a token, those of nested objects by path: Kubernetes' namespace is `kubernetes.io/namespace`. What is
 * overlong, and lists, stay out: nothing may be matched that was not kept whole.
 */
export function flattenClaims(payload: JsonObject): Readonly<Record<string, string | number | boolean>> {
  const claims = Object.create(null) as Record<string, string | number | boolean>;
  const ambiguous = new Set<string>();
  let count = 0;
  const visit = (object: JsonObject, prefix: string, depth: number): void => {
    for (const [name, value] of Object.entries(object)) {
      const path = prefix + name;
      if (count >= MAX_CLAIMS || path.length > MAX_LENGTH || (depth === 0 && ENVELOPE.has(name))) continue;
      if (isScalar(value)) {
        // Two ways to one path (`{"a/b": 1, "a": {"b": 2}}`): neither counts.
        if (path in claims) ambiguous.add(path);
        if (typeof value === 'string' && value.length > MAX_LENGTH) continue;
        claims[path] = value;
        count += 1;
      } else if (isObject(value) && depth < MAX_DEPTH) {
        visit(value, `${path}/`, depth + 1);
      }
    }
  };
  visit(payload, '', 0);
  return Object.fromEntries(Object.entries(claims).filter(([path]) => !ambiguous.has(path)));
}

function isScalar(value: Json | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
