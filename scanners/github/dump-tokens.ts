import { isObject, type JsonObject } from '../../src/model/json.ts';
import type { Usage } from '../../src/model/usage.ts';
import { instant } from '../../src/scan/formats/instant.ts';
import { member, text, texts } from '../../src/scan/formats/json-members.ts';
import type { FileFacts } from '../file-facts.ts';
import { type DumpElement, levels } from './dump-subject.ts';

/**
 * A fine-grained token that was granted access to an organization. It is a principal of its own, since it may less than
 * the person who made it; that person is its owner.
 */
export function tellFineGrainedToken({ value, place, scope }: DumpElement, facts: FileFacts): void {
  const number = member(value, 'token_id');
  const organization = scope?.owner ?? organizationId(value);
  if (typeof number !== 'number' || organization === undefined) return;
  const selection = text(value, 'repository_selection') ?? 'unknown';
  const createdAt = instant(member(value, 'access_granted_at'));
  const expiresAt = instant(member(value, 'token_expires_at'));
  const expired = member(value, 'token_expired') === true || (expiresAt !== undefined && expiresAt < facts.now);
  const principal = tellToken(facts, place, {
    nativeId: String(number),
    name: text(value, 'token_name') ?? String(number),
    organization,
    login: loginOf(value),
    attributes: { type: 'fine-grained', repository_selection: selection },
    enabled: !expired,
  });
  facts.credential(
    {
      kind: 'fine-grained-token',
      nativeId: String(number),
      principal,
      status: expired ? 'expired' : 'active',
      ...(createdAt === undefined ? {} : { createdAt }),
      ...expiry(value, 'token_expires_at', expiresAt),
      ...usageOf(value, 'token_last_used_at', 'github-personal-access-tokens'),
    },
    place,
  );
  const permissions = member(value, 'permissions');
  if (!isObject(permissions)) return;
  const grants = [
    {
      actions: [...levels(member(permissions, 'organization')), ...levels(member(permissions, 'other'))],
      resources: [organization],
    },
    {
      actions: levels(member(permissions, 'repository')),
      resources: selection === 'none' ? [] : [`${organization}/*`],
      ...(selection === 'selected' ? { condition: { repository_selection: selection } } : {}),
    },
  ];
  for (const grant of grants) {
    if (grant.actions.length === 0 || grant.resources.length === 0) continue;
    facts.grant({ principal, ...grant, scope: organization, via: ['personal-access-token'] }, place);
  }
}

/** A classic token or SSH key that its owner authorized for single sign-on: no other list has classic tokens. */
export function tellSsoCredential({ value, place, scope }: DumpElement, facts: FileFacts): void {
  const number = member(value, 'credential_id');
  const login = text(value, 'login');
  if (typeof number !== 'number' || login === undefined) return;
  const type = (text(value, 'credential_type') ?? '').toLowerCase();
  const organization = scope?.owner ?? '';
  const title = text(value, 'authorized_credential_note') ?? text(value, 'authorized_credential_title');
  const lastEight = text(value, 'token_last_eight');
  const fingerprint = text(value, 'fingerprint');
  const isKey = type.includes('ssh');
  const expiresAt = instant(member(value, 'authorized_credential_expires_at'));
  const createdAt = instant(member(value, 'credential_authorized_at'));
  const principal = isKey
    ? facts.name({ kind: 'user', nativeId: login, name: login, scope: [] }, place)
    : tellToken(facts, place, {
        nativeId: `sso-${number}`,
        name: title ?? `${login} ${number}`,
        organization,
        login,
        attributes: { type: type === 'personal access token' ? 'classic' : type, scopes: texts(value, 'scopes') },
        enabled: true,
      });
  facts.credential(
    {
      kind: isKey ? 'ssh-key' : 'classic-token',
      nativeId: `sso-${number}`,
      principal,
      status: expiresAt !== undefined && expiresAt < facts.now ? 'expired' : 'active',
      ...(createdAt === undefined ? {} : { createdAt }),
      ...expiry(value, 'authorized_credential_expires_at', expiresAt),
      ...usageOf(value, 'credential_accessed_at', 'github-credential-authorizations'),
      attributes: {
        scopes: texts(value, 'scopes'),
        ...(lastEight === undefined ? {} : { token_last_eight: lastEight }),
        ...(fingerprint === undefined ? {} : { public_key_fingerprint: fingerprint }),
        ...(title === undefined ? {} : { title }),
      },
    },
    place,
  );
  const scopes = texts(value, 'scopes');
  if (isKey || scopes.length === 0) return;
  facts.grant(
    {
      principal,
      actions: scopes.map((name) => `oauth:${name}`),
      resources: ['*'],
      condition: { acts_as: login },
      scope: organization === '' ? login : organization,
      via: ['personal-access-token'],
    },
    place,
  );
}

interface Token {
  readonly nativeId: string;
  readonly name: string;
  readonly organization: string;
  readonly login: string | undefined;
  readonly attributes: JsonObject;
  readonly enabled: boolean;
}

function tellToken(facts: FileFacts, place: DumpElement['place'], token: Token): string {
  const { nativeId, name, organization, login, attributes, enabled } = token;
  return facts.principal(
    {
      kind: 'personal-access-token',
      nativeId,
      name,
      scope: organization === '' ? [] : [organization],
      ...(login === undefined ? {} : { owner: { value: login, source: 'record', location: facts.at(place) } }),
      enabled,
      attributes: { ...attributes, ...(login === undefined ? {} : { login }) },
    },
    place,
  );
}

/** The address of a token's repositories has the number of the organization where the file's name does not tell it. */
function organizationId(value: JsonObject): string | undefined {
  const id = /\/organizations\/(\d+)\//.exec(text(value, 'repositories_url') ?? '')?.[1];
  return id === undefined ? undefined : `organizations/${id}`;
}

function loginOf(value: JsonObject): string | undefined {
  const owner = member(value, 'owner');
  return isObject(owner) ? text(owner, 'login') : undefined;
}

/** Null is "never"; a member that is not there says nothing. */
function expiry(value: JsonObject, name: string, expiresAt: string | undefined) {
  if (expiresAt !== undefined) return { expiresAt };
  return member(value, name) === null ? {} : { expiryUnknown: true };
}

function usageOf(value: JsonObject, name: string, source: string): { readonly usage?: Usage } {
  const used = member(value, name);
  if (used === undefined) return {};
  const lastUsedAt = instant(used);
  return {
    usage: { ...(lastUsedAt === undefined ? { never: true } : { lastUsedAt }), source, confidence: 'medium' },
  };
}
