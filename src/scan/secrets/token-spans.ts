import { FILE_NAME, type Span, type TextView } from './candidate.ts';
import type { TokenRule } from './rule.ts';
import type { TraceReason } from './trace.ts';

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
  } else {
    const from = Math.max(0, keywordStart - rule.before);
    // A pattern may look ahead a little beyond its match.
    const window = text.slice(from, keywordEnd + rule.maxLength + 16);
    pattern.lastIndex = 0;
    for (let match = pattern.exec(window); match !== null; match = pattern.exec(window)) {
      const start = from + match.index;
      if (start > keywordStart) break;
      if (start + match[0].length >= keywordEnd) take(match, from);
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
/** Why a match is just a part of something longer, if it is. An escaped line end before it, or a percent escape, is no word. */
function whyCut(text: string, rule: TokenRule, start: number, end: number): TraceReason | undefined {
  if (isWord(text.charCodeAt(start)) && isWord(text.charCodeAt(start - 1))) {
    const escaped = text.charCodeAt(start - 2) === 92 || text.charCodeAt(start - 3) === 37;
    if (!escaped) return 'part-of-longer';
  }
  if (FILE_NAME.test(text.slice(end, end + 8))) return 'file-name';
  const next = text.charCodeAt(end);
  const goesOn = rule.continues[next] === 1 || (isWord(text.charCodeAt(end - 1)) && isWord(next));
  return goesOn ? 'part-of-longer' : undefined;
}

function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}
