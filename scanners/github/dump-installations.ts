import { isObject } from '../../src/model/json.ts';
import { instant } from '../../src/scan/formats/instant.ts';
import { member, text, texts } from '../../src/scan/formats/json-members.ts';
import type { FileFacts } from '../file-facts.ts';
import { type DumpElement, levels } from './dump-subject.ts';

/** Permissions of an installation that are about the organization, and not about a repository in it. */
const OF_ORGANIZATION =
  /^(?:organization_|members:|team_discussions:|custom_properties_for_organizations:|enterprise_)/;

/** An app in an organization: it acts there whenever its owner, often somebody else, asks for a token. */
export function tellInstallation({ value, place, scope }: DumpElement, facts: FileFacts): void {
  const number = member(value, 'id');
  if (typeof number !== 'number') return;
  const account = member(value, 'account');
  const organization = (isObject(account) ? text(account, 'login') : undefined) ?? scope?.owner;
  if (organization === undefined) {
    facts.problem('an installation of no account, and the file is not named after an organization', place);
    return;
  }
  const slug = text(value, 'app_slug') ?? String(number);
  const selection = text(value, 'repository_selection') ?? 'unknown';
  const suspended = member(value, 'suspended_at');
  const createdAt = instant(member(value, 'created_at'));
  const appId = member(value, 'app_id');
  const principal = facts.principal(
    {
      kind: 'app-installation',
      nativeId: String(number),
      name: slug,
      scope: [organization],
      ...(createdAt === undefined ? {} : { createdAt }),
      enabled: suspended === null || suspended === undefined,
      attributes: {
        app_slug: slug,
        ...(typeof appId === 'number' ? { app_id: appId } : {}),
        repository_selection: selection,
        events: texts(value, 'events'),
      },
    },
    place,
  );
  const permissions = levels(member(value, 'permissions'));
  const grants = [
    { actions: permissions.filter((level) => OF_ORGANIZATION.test(level)), resources: [organization] },
    {
      actions: permissions.filter((level) => !OF_ORGANIZATION.test(level)),
      resources: [`${organization}/*`],
      ...(selection === 'selected' ? { condition: { repository_selection: selection } } : {}),
    },
  ];
  for (const grant of grants) {
    if (grant.actions.length === 0) continue;
    facts.grant({ principal, ...grant, scope: organization, via: [`app:${slug}`] }, place);
  }
}
