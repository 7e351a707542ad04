import type { Effort } from '../effort.ts';

const REACH = 16_000;

/**
 * The issue or page of a place in an export in XML: the feed or the backup of Jira, the backup of Confluence. All three
 * write one element or line after the other, so that the last beginning before the place is that of its own.
 */
export function xmlItem(text: string, at: number, effort: Effort): string | undefined {
  if (!effort.spend(4 * REACH)) return undefined;
  const before = text.slice(Math.max(0, at - REACH), at);
  const behind = text.slice(at, at + REACH);
  return feedItem(before, behind) ?? backupItem(before) ?? pageItem(before, behind);
}

/** `<item> … <key id="1">SHOP-12</key> … <comment id="3">`. */
function feedItem(before: string, behind: string): string | undefined {
  const item = before.lastIndexOf('<item>');
  if (item < 0) return undefined;
  const own = before.slice(item);
  const key = /<key id="\d+">([^<]{3,40})<\/key>/.exec(`${own}${behind.split('</item>')[0] ?? ''}`)?.[1];
  if (key === undefined) return undefined;
  const comment = /<comment id="(\d+)"[^>]*>(?![\s\S]*<\/comment>)/.exec(own.slice(own.lastIndexOf('<comment ')))?.[1];
  return comment === undefined ? key : `${key} comment ${comment}`;
}

/** `<Issue id="1" key="SHOP-12" … >`, `<Action id="3" issue="1" type="comment" … >`. */
function backupItem(before: string): string | undefined {
  const own = before.slice(Math.max(before.lastIndexOf('<Issue '), before.lastIndexOf('<Action ')));
  const attribute = (name: string) => new RegExp(`\\s${name}="([^"]{1,60})"`).exec(own)?.[1];
  if (own.startsWith('<Issue ')) {
    const [key, project, number] = ['key', 'projectKey', 'number'].map(attribute);
    return key ?? (project === undefined || number === undefined ? undefined : `${project}-${number}`);
  }
  if (!own.startsWith('<Action ') || attribute('issue') === undefined) return undefined;
  return `issue ${attribute('issue')} comment ${attribute('id')}`;
}

/** `<object class="BodyContent"> … <property name="content" class="Page"><id name="id">12</id>`. */
function pageItem(before: string, behind: string): string | undefined {
  const begin = before.lastIndexOf('<object class="');
  if (begin < 0) return undefined;
  const own = `${before.slice(begin)}${behind.split('</object>')[0] ?? ''}`;
  const [, kind, id] =
    /<property name="content" class="(\w{1,40})"[^>]{0,100}>\s{0,40}<id name="id">(\d{1,20})<\/id>/.exec(own) ?? [];
  if (kind !== undefined) return `${kind.toLowerCase()} ${id}`;
  const title = /<property name="title">(?:<!\[CDATA\[)?([^\]<]{1,200})/.exec(own)?.[1];
  const page = /<id name="id">(\d{1,20})<\/id>/.exec(own)?.[1];
  return title === undefined || page === undefined ? undefined : `${title} (${page})`;
}
