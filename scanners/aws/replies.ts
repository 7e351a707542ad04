import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import { normalName } from '../../src/scan/formats/json-members.ts';
import { readPositionedJson } from '../../src/scan/formats/positioned-json.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';

/** An element of a list that is a member of a reply, or a member that is no list; with its place. */
export interface Item<T extends Json = Json> {
  readonly value: T;
  readonly location: Location;
}

/** One answer of the command line: its members, by name without capitals. */
export interface Reply {
  /** False where the file breaks off inside of it, or says that there is more. */
  readonly whole: boolean;
  readonly location: Location;
  /** Whether it has such a member; a list without elements leaves no trace, and an answer of nothing else is `empty`. */
  readonly empty: boolean;
  has(name: string): boolean;
  objects(name: string): readonly Item<JsonObject>[];
  text(name: string): string | undefined;
}

/**
 * Reads a file of small answers, any number of them one after the other, and hands each to `read`. An answer that says that
 * it goes on (`NextToken`, `IsTruncated`) without another one behind it is a problem.
 *
 * @throws {AppError} ERR_SCAN_SYNTAX with `file:line:column`; what stood before that place was read.
 */
export async function readReplies(file: SourceFile, context: ScanContext, read: (reply: Reply) => void): Promise<void> {
  let members = new Map<string, Item[]>();
  let open: Location | undefined;
  const finish = (location: Location, ended: boolean) => {
    const [first = { value: null, location }] = [...members.values()].flat();
    const more = saysMore(members);
    const items = members;
    members = new Map();
    // Behind the last answer there is nothing.
    if (!ended && items.size === 0) return;
    open = more ? location : undefined;
    read({
      empty: items.size === 0,
      has: (name) => items.has(normalName(name)),
      whole: ended && !more,
      location: first.location,
      objects: (name) =>
        (items.get(normalName(name)) ?? []).filter((item): item is Item<JsonObject> => isObject(item.value)),
      text: (name) => {
        const value = items.get(normalName(name))?.[0]?.value;
        return typeof value === 'string' && value !== '' ? value : undefined;
      },
    });
  };
  try {
    await readPositionedJson(file, {
      item: (name, value, placeOf) => {
        const key = normalName(name);
        const list = members.get(key);
        const item = { value, location: placeOf(value) };
        if (list === undefined) members.set(key, [item]);
        else list.push(item);
      },
      documentEnd: (place) => finish(place, true),
    });
  } finally {
    finish({ path: file.path }, false);
  }
  if (open !== undefined) {
    context.problem({
      message: 'the answer says that it goes on, and its next page is not in this file',
      location: open,
    });
  }
}

const TOKENS = ['nexttoken', 'marker', 'nextmarker'];

function saysMore(members: ReadonlyMap<string, readonly Item[]>): boolean {
  const value = (name: string) => members.get(name)?.[0]?.value;
  if (value('istruncated') === true) return true;
  return (
    value('istruncated') === undefined && TOKENS.some((name) => typeof value(name) === 'string' && value(name) !== '')
  );
}

const BASE_NAME = /[^/]*$/;

/** The name of a file without its folders, percent-encoding undone: where users write down what they asked about. */
export function baseName({ path }: Pick<SourceFile, 'path'>): string {
  const name = BASE_NAME.exec(path)?.[0] ?? '';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
