import type { FileFacts } from '../file-facts.ts';
import { literalSecret } from '../literal-secret.ts';
import { tellCredentials } from './credentials.ts';
import { type Element, everyElement, textOf } from './xml.ts';

/** A job: which credentials it names, and the token that starts it from outside. */
export function tellJob(root: Element, base: string, path: string, facts: FileFacts): void {
  const name = path
    .replace(/(?:^|.*?\/)jobs\//, '')
    .replaceAll('/jobs/', '/')
    .replace(/\/config\.xml$/, '');
  const nativeId = `${base}/job/${name}`;
  const ids = [...everyElement(root, 'credentialsId')].map(({ text }) => text.trim()).filter((id) => id !== '');
  const principal = facts.principal(
    {
      kind: 'job',
      nativeId,
      name,
      scope: base.split('/'),
      enabled: textOf(root, 'disabled') !== 'true',
      attributes: {
        type: root.name,
        credentials: [...new Set(ids)],
        script_path: textOf(root, 'definition', 'scriptPath') ?? null,
        sandbox: textOf(root, 'definition', 'sandbox') !== 'false',
      },
    },
    root.place,
  );
  // A folder has credentials of its own, for the jobs in it.
  tellCredentials(root, principal, nativeId, facts);
  const token = root.elements.find((element) => element.name === 'authToken');
  const value = token === undefined ? undefined : literalSecret('token', token.text);
  if (token === undefined || value === undefined) return;
  facts.credential(
    {
      kind: 'trigger-token',
      nativeId: `${nativeId}#authToken`,
      principal,
      expiryUnknown: true,
      attributes: { fingerprint: facts.fingerprint(value) },
    },
    token.place,
  );
}

const ADMINISTER = /^(?:USER:|GROUP:)?(hudson|jenkins|com|org)\.[\w.]+:/;

/** The controller's own settings: who may do what in it. */
export function tellController(root: Element, base: string, facts: FileFacts): string {
  const strategy = root.elements.find(({ name }) => name === 'authorizationStrategy');
  const principal = facts.principal(
    {
      kind: 'controller',
      nativeId: base,
      name: base,
      scope: base.split('/'),
      attributes: {
        security: textOf(root, 'useSecurity') !== 'false',
        authorization: strategy?.attributes.get('class')?.split('.').at(-1) ?? 'none',
      },
    },
    root.place,
  );
  for (const { text, place } of strategy === undefined ? [] : everyElement(strategy, 'permission')) {
    if (!ADMINISTER.test(text)) continue;
    const group = text.startsWith('GROUP:');
    const [permission = '', ...rest] = text.replace(/^(?:USER|GROUP):/, '').split(':');
    const name = rest.join(':');
    const kind = group || name === 'authenticated' || name === 'anonymous' ? 'group' : 'user';
    const who = facts.name({ kind, nativeId: `${base}/${name}`, name, scope: base.split('/') }, place);
    facts.grant(
      { principal: who, actions: [permission], resources: [base], scope: base, via: ['authorization-strategy'] },
      place,
    );
  }
  return principal;
}

/** A user's API tokens: only their hashes are kept, and they never expire. */
export function tellUser(root: Element, base: string, path: string, facts: FileFacts): void {
  const id = textOf(root, 'id') ?? /users\/([^/]+?)(?:_\d+)?\/config\.xml$/.exec(path)?.[1];
  if (id === undefined) {
    facts.problem('a user whose id is neither in the file nor in its path', root.place);
    return;
  }
  const principal = facts.principal(
    { kind: 'user', nativeId: `${base}/${id}`, name: id, scope: base.split('/') },
    root.place,
  );
  for (const token of everyElement(root, 'jenkins.security.apitoken.ApiTokenStore_-HashedToken')) {
    const uuid = textOf(token, 'uuid');
    if (uuid === undefined) continue;
    const created = /^\d{4}-\d{2}-\d{2}/.exec(textOf(token, 'creationDate') ?? '')?.[0];
    facts.credential(
      {
        kind: 'api-token',
        nativeId: uuid,
        principal,
        ...(created === undefined ? {} : { createdAt: `${created}T00:00:00.000Z` }),
        attributes: { name: textOf(token, 'name') ?? '' },
      },
      token.place,
    );
  }
}
