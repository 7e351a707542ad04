import type { JsonObject } from '../../src/model/json.ts';
import type { FileHead, ScanContext, Scanner, SourceFile } from '../../src/scan/scanner.ts';
import type { PrincipalName } from '../cloud-principals.ts';
import { FileFacts } from '../file-facts.ts';
import { linuxUser, machineOf } from '../linux-user.ts';
import { type AuthorizedLine, authorizedLine } from './authorized-line.ts';
import { publicKey } from './public-key.ts';

const NAME = /(?:^|\/)authorized_keys2?(?:$|[._-][\w.-]*$|(?:\.d)?\/[^/]+$)/;
const KEY = /(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d+|@openssh\.com)\s+AAAA/;

/** Keys that a user of a machine lets in; see `docs/sources/ssh.md`. */
export const sshScanner: Scanner = {
  id: 'ssh',
  title: 'SSH authorized keys',
  recognise: recogniseKeys,
  async read(file: SourceFile, context: ScanContext) {
    const facts = new FileFacts(context, file.path, 'linux');
    const user = userOf(file.path, context.repository);
    for (const [index, text] of (await file.readText()).split('\n').entries()) {
      if (/^\s*(?:#|$)/.test(text)) continue;
      const place = { line: index + 1, column: text.search(/\S/) + 1 };
      const line = authorizedLine(text);
      if (line === undefined) facts.problem('neither a key nor options and a key', place);
      else tellKey(line, user, place, facts);
    }
    facts.end();
  },
};

/** By its name, and by a key in it: `known_hosts` and `*.pub` have keys too. */
function recogniseKeys(file: FileHead): 'authorized-keys' | undefined {
  return !file.binary && NAME.test(file.path) && KEY.test(file.text) ? 'authorized-keys' : undefined;
}

/** Whose keys they are stands in the path: a home, or a folder that sshd is told to look in. */
function userOf(path: string, repository: string | undefined): PrincipalName {
  const machine = machineOf(path, repository);
  const home = /(?:^|\/)(?:home|Users)\/([^/]+)\/\.ssh\//.exec(path)?.[1];
  const own = /(?:^|\/)authorized_keys2?(?:\.d)?\/([^/]+)$/.exec(path)?.[1];
  if (home !== undefined || own !== undefined) return linuxUser(machine, home ?? own ?? '');
  if (/(?:^|\/)root\/\.ssh\//.test(path)) return linuxUser(machine, 'root');
  // Not known, but the keys of one file are of one user.
  return { ...linuxUser(machine, path), name: 'a user that the path does not name' };
}

function tellKey(
  { options, type, blob, comment }: AuthorizedLine,
  user: PrincipalName,
  place: { line: number; column: number },
  facts: FileFacts,
): void {
  const key = publicKey(type, blob);
  if (key === undefined) {
    facts.problem('a key that is cut off, or is not of the type that is said of it', place);
    return;
  }
  const principal = facts.name(user, place);
  const expiresAt = expiry(options.get('expiry-time'));
  facts.credential(
    {
      kind: options.has('cert-authority') ? 'certificate-authority' : 'authorized-key',
      nativeId: `${user.nativeId}#${key.fingerprint}`,
      principal,
      status: expiresAt !== undefined && expiresAt < facts.now ? 'expired' : 'active',
      ...(expiresAt === undefined ? {} : { expiresAt }),
      attributes: {
        key_type: key.type,
        key_bits: key.bits ?? null,
        public_key_fingerprint: key.fingerprint,
        comment,
        ...optionAttributes(options),
      },
    },
    place,
  );
}

function optionAttributes(options: ReadonlyMap<string, string>): JsonObject {
  const command = options.get('command');
  const from = options.get('from');
  const principals = options.get('principals');
  return {
    // A forced command may have a password in it; its program says enough.
    ...(command === undefined
      ? {}
      : { command: command.split(/\s+/).find((word) => word !== '' && !word.includes('=')) ?? '' }),
    ...(from === undefined ? {} : { from: from.split(',') }),
    ...(principals === undefined ? {} : { principals: principals.split(',') }),
    restricted: options.has('restrict') || (options.has('no-pty') && options.has('no-port-forwarding')),
    options: [...options.keys()],
  };
}

/** `YYYYMMDD[HHMM[SS]][Z]`; without Z in the machine's zone, which is not known: taken as UTC. */
function expiry(text: string | undefined): string | undefined {
  const [, year, month, day, hour = '00', minute = '00', second = '00'] =
    /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?Z?$/.exec(text ?? '') ?? [];
  if (year === undefined) return undefined;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
