import { escapeXml } from '../report/escape.ts';

/** Text that is HTML already. Only the tag below makes it, so that nothing gets into a page without being escaped. */
export class Html {
  readonly text: string;

  /** For {@link html} alone. */
  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Html | string | number | undefined | readonly Content[];

/**
 * The one way to write HTML: whatever is put into the text is escaped for elements and quoted attributes, characters that control or reorder
 * text are shown by their number, and `undefined` is nothing.
 *
 * @example html`<p title="${name}">${reason ?? 'no reason given'}</p>`
 */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  const pieces = contents.map((content, at) => (parts[at] ?? '') + textOf(content));
  return new Html(pieces.join('') + (parts.at(-1) ?? ''));
}

function textOf(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'object') return content.map(textOf).join('');
  return escapeXml(String(content));
}

/** What somebody else wrote: its direction of writing stays inside, and it is no longer than a page bears. */
export function foreign(text: string, longest = 300): Html {
  const characters = [...text];
  const shown = characters.length > longest ? `${characters.slice(0, longest).join('')}…` : text;
  return html`<bdi>${shown}</bdi>`;
}
