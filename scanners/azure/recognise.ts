import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import { normalName } from '../../src/scan/formats/json-members.ts';
import type { FileHead } from '../../src/scan/scanner.ts';
import { beginningOf } from './beginning.ts';
import { isRelation } from './relations.ts';
import { type Shape, shapeOf } from './shapes.ts';

/** Which export a file begins as. Right on a beginning that is cut anywhere behind the first members of an element. */
export function recogniseExport(file: FileHead): Shape | undefined {
  if (file.binary || !mayBeJson(file.head)) return undefined;
  const start = file.head[0] ?? 0;
  const words = start >= 0x80 ? file.text : latin(file.head);
  if (!HINT.test(words)) return undefined;
  return shapeOfDocument(beginningOf(file.text));
}

/** What a document holds: the elements of a list, of a member that is one, or itself. */
export function shapeOfDocument(document: Json | undefined): Shape | undefined {
  if (Array.isArray(document)) return shapeOfFirst(document);
  if (!isObject(document)) return undefined;
  const own = shapeOf(document);
  if (own !== undefined && own !== 'resources-without-identity') return own;
  return shapeOfMembers(document);
}

function shapeOfMembers(document: JsonObject): Shape | undefined {
  const members = Object.entries(document);
  const listed = members.filter(([, value]) => Array.isArray(value));
  // What a document is about stands before what somebody put beside it.
  const ranked = listed.sort(([one], [other]) => Number(isRelation(one)) - Number(isRelation(other)));
  for (const [, value] of ranked) {
    const shape = Array.isArray(value) ? shapeOfFirst(value) : undefined;
    if (shape !== undefined) return shape;
  }
  const emptyRelation = members.some(([name, value]) => Array.isArray(value) && isRelation(name));
  return emptyRelation && members.some(([name]) => PARENT_IDS.has(normalName(name))) ? 'groups' : undefined;
}

const PARENT_IDS: ReadonlySet<string> = new Set(['groupid', 'applicationid', 'serviceprincipalid']);

function shapeOfFirst(list: readonly Json[]): Shape | undefined {
  const first = list.find(isObject);
  const shape = first === undefined ? undefined : shapeOf(first);
  if (shape !== 'resources-without-identity') return shape;
  // A listing of resources counts when one of them has an identity.
  return list.some((one) => isObject(one) && shapeOf(one) === 'resources') ? 'resources' : undefined;
}

/** By its first byte: a brace or a bracket. A byte order mark may be in front. */
function mayBeJson(head: Uint8Array): boolean {
  const first = head.find((byte) => byte > 32);
  return first === 0x7b || first === 0x5b || (first !== undefined && first >= 0xef);
}

function latin(head: Uint8Array): string {
  return Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
}

/** One of these is in every shape; a file that has none is left undecoded. */
const HINT =
  /"(?:app_?id|principal_?id|role_?name|deny_?assignment_?name|audiences|managementgroups|subscription_?id|tenant_?id|client_?id|is_?built_?in|role_?template_?id|key_?id|security_?enabled|user_?principal_?name|verified_?domains|tenant_?type|identity|group_?id|(?:application|service_?principal)_?id)"|managementgroups"|#microsoft\.graph\./i;
