import type { Members } from './enclosing-objects.ts';

const JIRA_KEY = /^[A-Z][A-Z0-9_]{0,20}-\d{1,9}$/;

/**
 * What issue or page the objects around a place are, from the inside out: a comment names itself before its issue does.
 *
 * Jira: https://developer.atlassian.com/cloud/jira/platform/rest/v3/ · Confluence:
 * https://developer.atlassian.com/cloud/confluence/rest/v2/ · GitHub: https://docs.github.com/en/rest/issues · GitLab:
 * https://docs.gitlab.com/api/issues/
 */
export function issueItem(objects: Iterable<Members>): string | undefined {
  let comment: string | undefined;
  for (const members of objects) {
    const issue = issueOf(members);
    if (issue !== undefined) return comment === undefined ? issue : `${issue} comment ${comment}`;
    const own = commentOf(members);
    if (own?.issue !== undefined) return `${own.issue} comment ${own.id}`;
    comment ??= own?.id;
  }
  return undefined;
}

function issueOf(members: Members): string | undefined {
  const key = members.get('key');
  if (key !== undefined && JIRA_KEY.test(key)) return key;
  const title = members.get('title');
  if (title === undefined) return undefined;
  const page = members.get('id');
  if (page !== undefined && (members.has('space.key') || members.has('spaceId'))) {
    return `${members.get('space.key') ?? members.get('spaceId')} ${title} (${page})`;
  }
  const number = members.get('number') ?? members.get('iid');
  return number === undefined ? undefined : `${repositoryOf(members)}#${number}`;
}

/** GitHub's comments say whose they are by an address; others stand within their issue. */
function commentOf(members: Members): { id: string; issue?: string } | undefined {
  const id = members.get('id');
  if (id === undefined || !(members.has('body') || members.has('note') || members.has('body.type'))) return undefined;
  const address = `${members.get('issue_url') ?? ''} ${members.get('html_url') ?? ''}`;
  const [, repository, number] = /([\w.-]+\/[\w.-]+)\/(?:issues|pull)\/(\d+)/.exec(address) ?? [];
  return number === undefined ? { id } : { id, issue: `${repository}#${number}` };
}

function repositoryOf(members: Members): string {
  const address = members.get('html_url') ?? members.get('url') ?? members.get('web_url') ?? '';
  return /([\w.-]+\/[\w.-]+)\/(?:-\/)?(?:issues|pull|merge_requests)\/\d+/.exec(address)?.[1] ?? '';
}
