import type { Place } from '../../src/scan/formats/node.ts';
import { awsRole } from '../cloud-principals.ts';
import type { FileFacts } from '../file-facts.ts';
import { type Element, elementAt, everyElement, textOf } from './xml.ts';

/** Members of credentials that hold the secret itself. */
const MATERIAL = [
  'password',
  'secret',
  'secretKey',
  'privateKey',
  'passphrase',
  'secretBytes',
  'token',
  'apiToken',
  'clientSecret',
  'keyStoreSource',
];
/** Members that are no secret and say whose it is. */
const PUBLIC: Readonly<Record<string, string>> = {
  username: 'username',
  accessKey: 'access_key_id',
  iamRoleArn: 'role',
  clientId: 'client_id',
  tenant: 'tenant',
  projectId: 'project',
  fileName: 'file_name',
};
/** What Jenkins encrypts with the key of its home: `{AQAAABAAAA…}`, and the older form without braces. */
const ENCRYPTED = /^\{AQAAA[A-Za-z0-9+/=]+\}$|^[A-Za-z0-9+/]{43}=$/;

/** The credentials of a file, by their domain; what is encrypted can be read by whoever has the home of the controller. */
export function tellCredentials(root: Element, controller: string, base: string, facts: FileFacts): void {
  for (const map of everyElement(root, 'domainCredentialsMap')) {
    for (const entry of map.elements) {
      const domain = textOf(entry, 'com.cloudbees.plugins.credentials.domains.Domain', 'name') ?? 'global';
      const list = entry.elements.find(({ name }) => name === 'java.util.concurrent.CopyOnWriteArrayList');
      for (const credential of list?.elements ?? []) tellCredential(credential, domain, controller, base, facts);
    }
  }
}

function tellCredential(element: Element, domain: string, controller: string, base: string, facts: FileFacts): void {
  const id = textOf(element, 'id');
  if (id === undefined) return;
  const material = MATERIAL.flatMap((name) => [...below(element, name)]).filter(({ text }) => text.trim() !== '');
  const clear = material.filter(({ text }) => !ENCRYPTED.test(text.replaceAll(/\s/g, '')));
  const described = Object.entries(PUBLIC).flatMap(([name, key]) => {
    const text = textOf(element, name);
    return text === undefined ? [] : [[key, text] as const];
  });
  const fingerprints = clear.map(({ text }) => facts.fingerprint(text.trim()));
  const description = textOf(element, 'description');
  facts.credential(
    {
      kind: 'jenkins-credential',
      nativeId: `${base}#${id}`,
      principal: controller,
      status: 'active',
      expiryUnknown: true,
      attributes: {
        type: element.name.split('.').at(-1) ?? element.name,
        domain,
        scope: textOf(element, 'scope') ?? 'GLOBAL',
        material: material.length === 0 ? 'elsewhere' : clear.length === 0 ? 'encrypted' : 'clear',
        ...Object.fromEntries(described),
        ...(description === undefined ? {} : { description }),
        ...(fingerprints.length === 0
          ? {}
          : { fingerprint: fingerprints.length === 1 ? (fingerprints[0] ?? '') : fingerprints }),
      },
    },
    element.place,
  );
  const role = awsRole(textOf(element, 'iamRoleArn') ?? '');
  if (role === undefined) return;
  facts.name(role, element.place);
  facts.trust(
    {
      principal: role.id,
      subject: { kind: 'principal', id: controller },
      declaredBy: 'subject',
      how: 'logs-in-as',
      condition: {},
    },
    element.place,
  );
}

/** Also where it lies one level deeper, as keys of SSH do. */
function* below(element: Element, name: string): Generator<{ readonly text: string; readonly place: Place }> {
  for (const inner of element.elements) {
    if (inner.name === name && inner.elements.length === 0) yield inner;
    else {
      const deeper = elementAt(inner, name);
      if (deeper !== undefined && deeper.elements.length === 0) yield deeper;
    }
  }
}
