import { type Node, type Place, placesWithin } from '../../src/scan/formats/node.ts';

/** A secret that an expression reads; `*` for all of them, or for one that only the run can name. */
export interface SecretUse {
  readonly name: string;
  readonly place: Place;
}

const SECRETS = /(?<![\w.-])secrets(?![\w-])\s{0,20}(?:\.\s{0,20}([A-Za-z_][\w-]*|\*)|\[\s{0,20}'([^']*)')?/gi;

/** The token of the run itself, which is no stored secret. */
const RUN_TOKEN = 'GITHUB_TOKEN';

/**
 * Names of the secrets that a text reads in its expressions, in capitals (GitHub's names know no case):
 * `${{ secrets.NAME }}`, `${{ secrets['NAME'] }}`; `*` for `toJSON(secrets)`, `secrets[inputs.name]` and `secrets.*`.
 */
export function secretsIn(text: string): readonly string[] {
  return [...new Set(readsOf(text, false).map(({ name }) => name))];
}

/** Every use of a secret below a node, with the place of the expression that reads it. */
export function* secretUses(node: Node | undefined, key = ''): Generator<SecretUse> {
  if (node === undefined) return;
  if (node.kind === 'scalar') {
    const placeOf = placesWithin(node);
    for (const { name, at } of readsOf(node.text, key === 'if')) yield { name, place: placeOf(at) };
  } else if (node.kind === 'list') {
    for (const item of node.items) yield* secretUses(item);
  } else {
    for (const [name, entry] of node.entries) yield* secretUses(entry.value, name);
  }
}

/** @param bare the whole text is an expression, as in `if:`. */
function readsOf(text: string, bare: boolean): readonly { name: string; at: number }[] {
  if (!/secrets/i.test(text)) return [];
  const expressions = bare ? [{ code: text, at: 0 }] : expressionsIn(text);
  return expressions.flatMap(({ code, at }) => {
    const names = [...withoutStrings(code).matchAll(SECRETS)].map(([, member, index]) =>
      (member ?? index ?? '*').toUpperCase(),
    );
    return [...new Set(names)].filter((name) => name !== RUN_TOKEN).map((name) => ({ name, at }));
  });
}

/** What stands between `${{` and the next `}}` that is in no quotes, and where the `${{` is. */
function expressionsIn(text: string): readonly { code: string; at: number }[] {
  const found: { code: string; at: number }[] = [];
  for (let start = text.indexOf('${{'); start >= 0; ) {
    let quoted = false;
    let end = start + 3;
    while (end < text.length && (quoted || !text.startsWith('}}', end))) if (text[end++] === "'") quoted = !quoted;
    found.push({ code: text.slice(start + 3, end), at: start });
    start = text.indexOf('${{', end);
  }
  return found;
}

/** A quoted `secrets.X` is text; the quotes of an index (`secrets['X']`) are needed. */
function withoutStrings(expression: string): string {
  return expression
    .split("'")
    .map((part, index, parts) => (index % 2 === 0 || parts[index - 1]?.trimEnd().endsWith('[') ? part : ''))
    .join("'");
}

/** Puts the literal values of `env` in; other expressions stay. */
export function withEnv(text: string, env: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$\{\{\s*env\.([A-Za-z_]\w*)\s*\}\}/g,
    (expression, name: string) => env.get(name) ?? expression,
  );
}
