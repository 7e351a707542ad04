import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import { normalName } from '../../src/scan/formats/json-members.ts';
import type { Place } from '../../src/scan/formats/node.ts';
import { type PlaceOf, readPositionedJson } from '../../src/scan/formats/positioned-json.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { kindOf } from './answer-kind.ts';
import { scopeOf } from './answer-scope.ts';
import { TELLERS } from './answer-tellers.ts';

/** Pages as GitLab cuts them: by default, and at most. */
const PAGES = new Set([20, 100]);

/** Reads answers of GitLab's API: lists, one page behind the other, lists in a list, and single objects. */
export async function readAnswers(file: SourceFile, context: ScanContext): Promise<void> {
  const facts = new FileFacts(context, file.path, 'gitlab');
  const scope = scopeOf(file.path);
  let document: Record<string, Json> = {};
  let start: Place | undefined;
  let elements = 0;
  let documents = 0;

  const tell = (value: JsonObject, place: Place) => {
    const kind = kindOf(new Set(Object.keys(value).map(normalName)));
    if (kind !== undefined) TELLERS[kind]({ value, place, scope }, facts);
  };
  const visit = (member: string, value: Json, placeOf: PlaceOf) => {
    start ??= { line: placeOf(value).line ?? 1, column: 1 };
    if (Array.isArray(value)) for (const element of value as readonly Json[]) visit(member, element, placeOf);
    else if (member !== '') document[member] = member in document ? [document[member] ?? null, value].flat() : value;
    else if (isObject(value)) {
      elements += 1;
      tell(value, at(placeOf(value)));
    }
  };
  await readPositionedJson(file, {
    item: visit,
    documentEnd(place) {
      const where = start ?? at(place);
      tell(document, where);
      if (scope !== undefined && ('message' in document || 'error' in document) && !('id' in document)) {
        facts.problem('GitLab refused the request: what was asked for was not looked at', where);
      }
      documents += 1;
      document = {};
      start = undefined;
    },
  });
  if (documents === 1 && PAGES.has(elements)) {
    context.notice?.({
      message: `exactly ${elements} entries, which is one page: export with --paginate unless these are all`,
      location: facts.at({ line: 1, column: 1 }),
    });
  }
  facts.end();
}

function at({ line = 1, column = 1 }: Location): Place {
  return { line, column };
}
