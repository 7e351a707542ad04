import { FILE_NAME, type Span, type TextView } from './candidate.ts';
import type { TokenRule } from './rule.ts';
import type { TraceReason } from './trace.ts';
import { isInsideWord, isWordByte } from './word-edge.ts';

/** Where a pattern does not match, it was tried on a part of what it might have matched: on a fourth, at a guess. */
const FAILS_EARLY = 2;
const LOOK_AHEAD = 16;

/** Matches of a rule that hold the keyword. The edges are checked here: a pattern knows no look-behind. */
export function tokenSpans(view: TextView, rule: TokenRule, keywordStart: number, keywordEnd: number): readonly Span[] {
  const { text } = view;
  const { pattern } = rule;
  const spans: Span[] = [];
  let tried = false;
  const take = (match: RegExpExecArray, offset: number): void => {
    tried = true;
    const start = offset + match.index;
    const cut = whyCut(text, rule, start, start + match[0].length);
    if (cut === undefined) spans.push(secretSpan(match, offset));
    else view.trace?.(rule, cut, start, start + match[0].length);
  };
  if (rule.startsWithKeyword) {
    pattern.lastIndex = keywordStart;
    const match = pattern.exec(text);
    if (match !== null) take(match, 0);
    view.effort.spend(match?.[0].length ?? rule.maxLength >> FAILS_EARLY);
  } else {
    const from = Math.max(0, keywordStart - rule.before);
    const known = view.without.get(rule);
    if (known === undefined || from < known.from || keywordStart >= known.to) {
      // A pattern may look ahead a little beyond its match. Twice the length: then the next keywords need no look.
      const reach = rule.maxLength + LOOK_AHEAD;
      const window = text.slice(from, keywordEnd + 2 * reach);
      pattern.lastIndex = 0;
      view.effort.spend(window.length >> FAILS_EARLY);
      let match = pattern.exec(window);
      const first = match === null ? Math.max(0, window.length - reach) : match.index;
      if (from + first > keywordStart) view.without.set(rule, { from, to: from + first });
      for (; match !== null; match = pattern.exec(window)) {
        const start = from + match.index;
        if (start > keywordStart) break;
        if (start + match[0].length >= keywordEnd) take(match, from);
      }
    }
  }
  if (!tried) view.trace?.(rule, 'no-match', keywordStart, keywordEnd);
  return spans;
}

function secretSpan(match: RegExpExecArray, offset: number): Span {
  const { secret: _, ...others } = match.groups ?? {};
  const [start, end] = match.indices?.groups?.secret ?? [match.index, match.index + match[0].length];
  const facts = Object.entries(others).filter(([, text]) => text !== undefined && text !== '');
  return {
    start: offset + start,
    end: offset + end,
    ...(facts.length === 0 ? {} : { facts: Object.fromEntries(facts) }),
  };
}

/** Why a match is just a part of something longer, if it is. */
function whyCut(text: string, rule: TokenRule, start: number, end: number): TraceReason | undefined {
  const code = (back: number) => text.charCodeAt(start - back);
  if (isInsideWord(code(0), code(1), code(2), code(3))) return 'part-of-longer';
  if (FILE_NAME.test(text.slice(end, end + 8))) return 'file-name';
  const next = text.charCodeAt(end);
  const goesOn = rule.continues[next] === 1 || (isWordByte(text.charCodeAt(end - 1)) && isWordByte(next));
  return goesOn ? 'part-of-longer' : undefined;
}
