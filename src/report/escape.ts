import { escapeControl } from '../model/escape-control.ts';

export { escapeControl };

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
  return escapeJson(JSON.stringify(value, null, 2));
}

/** The same on one line. */
export function safeJsonLine(value: object): string {
  return escapeJson(JSON.stringify(value));
}

function escapeJson(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** For text and attributes of XML 1.0: control characters as above, no markup, and no character that XML does not have. */
export function escapeXml(text: string): string {
  return escapeControl(text)
    .replace(/[\p{Cs}\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * A cell of CSV (RFC 4180), always quoted. What a spreadsheet would take for a formula is kept from being one by an
 * apostrophe in front (OWASP, CSV Injection).
 */
export function escapeCsv(text: string): string {
  const plain = escapeControl(text);
  const inert = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(plain) ? `'${plain}` : plain;
  return `"${inert.replaceAll('"', '""')}"`;
}
