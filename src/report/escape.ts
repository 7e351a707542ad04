/**
 * Names come from files that strangers write. Control characters (escape sequences of terminals among them), line breaks and
 * characters that reorder text are shown as `\u{…}`, so that no name can draw over a report or forge a line of it.
 */
export function escapeControl(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** For Markdown text and table cells: control characters as above, and nothing that Markdown or HTML would act on. */
export function escapeMarkdown(text: string): string {
  return escapeControl(text).replace(/[\\`*_{}[\]<>()#+!|~@&]/g, (character) =>
    character === '<'
      ? '&lt;'
      : character === '>'
        ? '&gt;'
        : character === '&'
          ? '&amp;'
          : character === '@'
            ? '&#64;'
            : `\\${character}`,
  );
}

/**
 * `JSON.stringify` with the same characters as JSON escapes: the value stays exactly what it is, and the text does nothing to a
 * terminal that it is printed on.
 */
export function safeJson(value: object): string {
  return JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
