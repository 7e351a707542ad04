import { escapeControl } from '../model/escape-control.ts';
import type { JsonObject } from '../model/json.ts';
import { type Notice, shortened } from './notice.ts';

/** Limits of Block Kit: a header has 150 characters, a section ten fields. */
const MOST_HEADER = 150;
const MOST_FIELDS = 10;

/**
 * A notice as blocks. What strangers may have written stands in `plain_text`, where nothing is a link, a mention or markup; the
 * fallback text, which is always read as markup, has `&`, `<` and `>` escaped, as mentions and links need them.
 */
export function slackMessage(notice: Notice): JsonObject {
  const title = `[${notice.severity}] ${notice.title}`;
  const facts = notice.facts.slice(0, MOST_FIELDS);
  return {
    text: escapeMarkup(`${title}: ${shortened(notice.message)}`),
    blocks: [
      { type: 'header', text: plain(title, MOST_HEADER) },
      { type: 'section', text: plain(notice.message) },
      ...(facts.length === 0
        ? []
        : [{ type: 'section', fields: facts.map(({ name, value }) => plain(`${name}: ${value}`)) }]),
      ...(notice.link === undefined
        ? []
        : [{ type: 'section', text: { type: 'mrkdwn', text: `<${escapeMarkup(notice.link)}>` } }]),
      { type: 'context', elements: [plain(`${notice.rule ?? notice.kind} · ${notice.at}`)] },
    ],
  };
}

function plain(text: string, most?: number): JsonObject {
  return { type: 'plain_text', text: shortened(escapeControl(text), most), emoji: false };
}

/** The three characters that Slack's markup is made of. */
function escapeMarkup(text: string): string {
  return escapeControl(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
