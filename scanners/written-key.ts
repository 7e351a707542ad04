import type { JsonObject } from '../src/model/json.ts';
import { entriesAt, itemsAt, type Node, type Place, textAt } from '../src/scan/formats/node.ts';
import type { FileFacts } from './file-facts.ts';
import { literalSecret } from './literal-secret.ts';

/** A name and the text behind it, as configurations give it to a program. */
export interface Setting {
  readonly name: string;
  readonly text: string;
  readonly place: Place;
}

/** Who gets it, and what it is called there. */
export interface KeyHolder {
  readonly principal: string;
  /** The credential's native id is `HOLDER#NAME`. */
  readonly nativeId: string;
  readonly kind: string;
  readonly attributes?: JsonObject;
}

/**
 * Tells the settings that are keys written out. Only the fingerprint is kept: it is that of the static secret which the
 * secret engine finds at the place, and joins the two.
 */
export function tellWrittenKeys(settings: readonly Setting[], holder: KeyHolder, facts: FileFacts): void {
  for (const { name, text, place } of settings) {
    const secret = literalSecret(name, withDefault(text));
    if (secret === undefined) continue;
    facts.credential(
      {
        kind: holder.kind,
        nativeId: `${holder.nativeId}#${name}`,
        principal: holder.principal,
        status: 'unknown',
        expiryUnknown: true,
        attributes: { name, ...holder.attributes, fingerprint: facts.fingerprint(secret) },
      },
      place,
    );
  }
}

/** `${NAME:-value}` has a value of its own. */
function withDefault(text: string): string {
  return /^\$\{\w+:?-([^${}]+)\}$/.exec(text.trim())?.[1] ?? text;
}

/** The settings of a mapping `NAME: value`, or of a list of `NAME=value`. */
export function settingsIn(node: Node | undefined): readonly Setting[] {
  const entries = entriesAt(node).flatMap(([name, { value }]) => {
    const text = textAt(value);
    return text === undefined ? [] : [{ name, text, place: value.place }];
  });
  const items = itemsAt(node).flatMap((item) => {
    const [, name, text] = /^([\w.-]+)=(.*)$/s.exec(textAt(item) ?? '') ?? [];
    return name === undefined || text === undefined ? [] : [{ name, text, place: item.place }];
  });
  return [...entries, ...items];
}
