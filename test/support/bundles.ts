import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { SignJWT } from 'jose';

/** A member of an archive that is made by hand, so that it can be what no tool would write. */
export interface Member {
  readonly name: string;
  readonly content?: string | Buffer;
  /** `0` when absent. */
  readonly type?: string;
}

export function tar(members: readonly Member[]): Buffer {
  const blocks = members.flatMap(({ name, content = '', type = '0' }) => {
    const body = Buffer.from(content);
    const block = Buffer.alloc(512);
    block.write(name);
    block.write('0000644\0', 100);
    block.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
    block.write('00000000000\0', 136);
    block.write(`        ${type}`, 148);
    block.write('elsewhere', 157);
    block.write('ustar\u000000', 257);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [block, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export function archive(members: readonly Member[]): Buffer {
  return gzipSync(tar(members));
}

export interface TestSigner {
  readonly id: string;
  readonly publicKey: KeyObject;
  readonly pem: string;
  readonly privateKey: KeyObject;
}

export function testSigner(id = 'release'): TestSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { id, publicKey, privateKey, pem: String(publicKey.export({ type: 'spki', format: 'pem' })) };
}

export interface SigningOptions {
  readonly scope?: string;
  /** In place of what the files are. */
  readonly claims?: object;
  readonly algorithm?: string;
}

/** The member `.signatures.json` for others; digests are of plain bytes, so documents must be canonical as they stand. */
export async function signatures(
  members: readonly Member[],
  { id, privateKey }: TestSigner,
  { scope, claims, algorithm = 'SHA-256' }: SigningOptions = {},
): Promise<Member> {
  const files = members.map(({ name, content = '' }) => ({
    name: name.replace(/^\//, ''),
    hash: createHash(algorithm.replace('-', '').toLowerCase()).update(content).digest('hex'),
    algorithm,
  }));
  const token = await new SignJWT({ files, ...(scope === undefined ? {} : { scope }), ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: id })
    .sign(privateKey);
  return { name: '/.signatures.json', content: JSON.stringify({ signatures: [token] }) };
}

export function manifest(revision: string, roots: readonly string[] = ['custom']): Member {
  return { name: '/.manifest', content: JSON.stringify({ revision, roots: [...roots] }) };
}

/** An access policy that denies under a rule of this name. */
export function denying(rule: string): Member {
  return {
    name: '/access/access.rego',
    content: `package custom.access\n\ndecision := {"effect": "deny", "rule": "${rule}", "reasons": ["${rule}"]}\n`,
  };
}

export async function signedArchive(members: readonly Member[], signer: TestSigner): Promise<Buffer> {
  return archive([...members, await signatures(members, signer)]);
}
