import type { Effort } from '../effort.ts';
import { enclosingObjects } from './enclosing-objects.ts';
import { issueItem } from './issue-item.ts';
import { discordMessage, type ItemShape, mattermostPost, slackMessage, teamsMessage } from './message-item.ts';
import { xmlItem } from './xml-item.ts';

/** Tells which message, issue or page a place of an export is in. Text is bytes seen as Latin-1. Never throws. */
export type ItemAt = (text: string, at: number, effort: Effort) => string | undefined;

const MESSAGES: readonly ItemShape[] = [slackMessage, discordMessage, mattermostPost, teamsMessage];
const JSON_EXPORT =
  /"ts"\s*:\s*"\d{9,11}\.\d|"messages"\s*:|"messageType"\s*:|"type"\s*:\s*"post"|"fields"\s*:\s*\{|"space(?:Id)?"\s*:|"iid"\s*:|"issue_url"\s*:|"comments(?:_url)?"\s*:/;
const XML_EXPORT = /<rss[\s>]|<entity-engine-xml|<hibernate-generic|<item>/;
const LONGEST = 300;

/**
 * How to find the items of a file, where it looks like an export of a chat, an issue tracker or a wiki.
 *
 * @param head - the beginning of the file.
 */
export function itemsOf({ path, text }: { readonly path: string; readonly text: string }): ItemAt | undefined {
  if (/\.(?:json|jsonl|ndjson)$/i.test(path) && JSON_EXPORT.test(text)) return jsonItems(path, text);
  if (/\.xml$/i.test(path) && XML_EXPORT.test(text)) return (view, at, effort) => shown(xmlItem(view, at, effort));
  return undefined;
}

function jsonItems(path: string, head: string): ItemAt {
  return (view, at, effort) => {
    const objects = [...enclosingObjects(view, at, effort)];
    for (const members of objects) {
      for (const shape of MESSAGES) {
        const item = shape(members, path, head);
        if (item !== undefined) return shown(item);
      }
    }
    return shown(issueItem(objects));
  };
}

/** What is written in the export, with what UTF-8 makes of it. */
function shown(item: string | undefined): string | undefined {
  return item === undefined ? undefined : Buffer.from(item, 'latin1').toString('utf8').slice(0, LONGEST);
}
