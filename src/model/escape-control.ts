/**
 * Names come from files that strangers write. Control characters (escape sequences of terminals among them), line breaks and
 * characters that reorder text are shown as `\u{…}`, so that no name can draw over a report or forge a line of it.
 */
export function escapeControl(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
