import { type Html, html } from './html.ts';

/** `2 d 3 h`, `14 min`, `40 s`: two units are enough for a person. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0 s';
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return shown.map(([count, unit]) => `${count} ${unit}`).join(' ');
}

/** A moment, as one reads it and as machines do. @param iso - ISO 8601. */
export function moment(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

/** `14 min left`, or that it is over. */
export function left(iso: string | undefined, now: Date): string {
  if (iso === undefined) return '';
  const seconds = (Date.parse(iso) - now.getTime()) / 1000;
  return seconds <= 0 ? 'over' : `${span(seconds)} left`;
}

/** `3 min ago`. */
export function ago(iso: string, now: Date): string {
  return `${span((now.getTime() - Date.parse(iso)) / 1000)} ago`;
}

/** `select, update`; a dash for nothing. */
export function listed(words: readonly string[]): string {
  return words.length === 0 ? '–' : words.join(', ');
}
