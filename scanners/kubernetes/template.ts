const DIRECTIVE_LINE = /^\s*(?:-\s+)?(?:\{\{|\{%)/;
const DIRECTIVE_VALUE = /^[^'"#]*?(?::|-)\s+\{\{/;
const BLOCK_TEXT = /(?:^|[:-]\s+)[|>][-+0-9]*\s*(?:#.*)?$/;

/**
 * Whether a text is a template (Helm, Jinja) that becomes YAML only when it is rendered: a directive stands where YAML
 * expects a line or a value. Directives inside of quotes and of block texts, as in alerting rules, are plain text.
 */
export function isTemplate(text: string): boolean {
  if (!text.includes('{{') && !text.includes('{%')) return false;
  let blockIndent: number | undefined;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const indent = line.length - line.trimStart().length;
    if (blockIndent !== undefined && indent > blockIndent) continue;
    blockIndent = undefined;
    if (DIRECTIVE_LINE.test(line) || DIRECTIVE_VALUE.test(line)) return true;
    if (BLOCK_TEXT.test(line.trimEnd())) blockIndent = indent;
  }
  return false;
}

/** Whether a name still has to be rendered. */
export function isUnrendered(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}
