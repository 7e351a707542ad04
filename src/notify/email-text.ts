import { escapeControl } from '../model/escape-control.ts';
import { type Notice, shortened } from './notice.ts';

/** Subject and body, plain text. Line ends in names are shown, not written: no name can begin a header or a line of its own. */
export function emailText(notice: Notice): { readonly subject: string; readonly text: string } {
  const one = (text: string) => shortened(escapeControl(text));
  const lines = [
    one(notice.message),
    '',
    ...notice.facts.map(({ name, value }) => `${one(name)}: ${one(value)}`),
    ...(notice.link === undefined ? [] : ['', notice.link]),
    '',
    `${one(notice.rule ?? notice.kind)} · ${notice.at}`,
  ];
  return { subject: shortened(`[lapse ${notice.severity}] ${one(notice.title)}`, 200), text: `${lines.join('\n')}\n` };
}
