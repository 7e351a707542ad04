import { html } from './html.ts';
import { type Frame, page } from './layout.ts';

/** A page that says one thing: what went wrong, or that it is done. */
export function messagePage(
  frame: Frame,
  message: {
    readonly title: string;
    readonly text: string;
    readonly hint?: string;
    readonly next?: { readonly path: string; readonly name: string };
    /** Under which the log says more. */
    readonly requestId?: string;
  },
): string {
  const { title, text, hint, next, requestId } = message;
  return page(
    frame,
    title,
    html`<div class="narrow">
<p>${text}</p>
${hint === undefined ? undefined : html`<p class="muted">${hint}</p>`}
${next === undefined ? undefined : html`<p><a class="button" href="${frame.base}${next.path}">${next.name}</a></p>`}
${requestId === undefined ? undefined : html`<p class="muted small">request <code>${requestId}</code></p>`}
</div>`,
  );
}
