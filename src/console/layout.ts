import { type Html, html } from './html.ts';

/** What every page knows of whom it is for. */
export interface Frame {
  /** Path of the issuer's URL, without trailing slash: every link begins with it. */
  readonly base: string;
  readonly now: Date;
  /** Who is signed in; absent on pages before that. */
  readonly person?: {
    readonly operator: string;
    /** Of the form that signs out. */
    readonly signOutToken: string;
  };
}

const PLACES = [
  ['/console', 'Inbox'],
  ['/console/leases', 'Leases'],
  ['/console/audit', 'Audit'],
  ['/console/sessions', 'Sessions'],
] as const;

export type Place = (typeof PLACES)[number][0];

/**
 * A whole page. It loads one style sheet of our own and nothing else, and needs no script.
 *
 * @param place - which entry of the navigation it belongs to.
 */
export function page(frame: Frame, title: string, body: Html, place?: Place): string {
  const { base, person } = frame;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · lapse</title>
<link rel="stylesheet" href="${base}/console/style.css">
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header>
<a class="brand" href="${base}/console">lapse</a>
${person === undefined ? undefined : navigation(base, place)}
${person === undefined ? undefined : whoAmI(base, person)}
</header>
<main id="main">
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.text;
}

function navigation(base: string, current: Place | undefined): Html {
  return html`<nav aria-label="Pages"><ul>${PLACES.map(
    ([path, name]) =>
      html`<li><a href="${base}${path}"${path === current ? html` aria-current="page"` : undefined}>${name}</a></li>`,
  )}</ul></nav>`;
}

function whoAmI(base: string, { operator, signOutToken }: NonNullable<Frame['person']>): Html {
  return html`<form class="who" method="post" action="${base}/logout">
<span>${operator}</span>
${actionField(signOutToken)}
<button class="quiet">Sign out</button>
</form>`;
}

/** Of every form that changes something: the proof that this very page asked for it, good once. */
export function actionField(token: string): Html {
  return html`<input type="hidden" name="action_token" value="${token}">`;
}
