import type { Members } from './enclosing-objects.ts';

/** Reads what an object of an export is called there; undefined for objects of another shape. */
export type ItemShape = (members: Members, path: string, head: string) => string | undefined;

/** A message in an export of Slack: `channel/2024-01-02.json`, a list of messages. https://slack.com/help/articles/220556107 */
export const slackMessage: ItemShape = (members, path) => {
  const ts = members.get('ts');
  if (ts === undefined || !/^\d{9,11}\.\d{3,6}$/.test(ts)) return undefined;
  return join(
    `#${folderOf(path) ?? 'unknown'}`,
    ts,
    by(members.get('user') ?? members.get('username') ?? members.get('bot_id')),
  );
};

/** A message in an export of Discord, as its usual exporter writes it: the channel stands in front of the messages. */
export const discordMessage: ItemShape = (members, _, head) => {
  const id = members.get('id');
  if (id === undefined || !/^\d{15,21}$/.test(id) || !members.has('content') || !members.has('author.id'))
    return undefined;
  const channel = /"channel"\s*:\s*\{[^{}]*"name"\s*:\s*"([^"\\]{1,100})"/.exec(head)?.[1];
  return join(
    `#${channel ?? members.get('channel_id') ?? 'unknown'}`,
    id,
    by(members.get('author.name') ?? members.get('author.username')),
  );
};

/** A post in a bulk export of Mattermost: one object per line. https://docs.mattermost.com/manage/bulk-export-tool.html */
export const mattermostPost: ItemShape = (members) => {
  const [channel, message, at] = ['channel', 'message', 'create_at'].map((name) => members.get(name));
  if (channel === undefined || message === undefined || at === undefined) return undefined;
  return join(`#${channel}`, at, by(members.get('user')));
};

/** A message of Teams, as Microsoft Graph gives it. https://learn.microsoft.com/en-us/graph/api/resources/chatmessage */
export const teamsMessage: ItemShape = (members) => {
  const [id, kind] = [members.get('id'), members.get('messageType')];
  if (id === undefined || kind === undefined) return undefined;
  const place = members.get('channelIdentity.channelId') ?? members.get('chatId') ?? 'unknown';
  return join(place, id, by(members.get('from.user.displayName')));
};

function folderOf(path: string): string | undefined {
  return /([^/!]+)\/[^/]+$/.exec(path)?.[1];
}

function by(who: string | undefined): string | undefined {
  return who === undefined ? undefined : `by ${who}`;
}

function join(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ');
}
