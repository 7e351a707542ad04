import type { Json } from '../../model/json.ts';

/** Cheap to look for, and there is nothing to do in most answers, which have none. */
const MANY_DIGITS = /[0-9]{16}/;
const TEXT_OR_INTEGER = /"(?:[^"\\]|\\.)*"|(?<![0-9.eE+-])-?[0-9]{16,}(?![0-9.eE])/g;

/**
 * Reads the JSON of a policy's answer. An integer that no number can hold stays text, digit by digit.
 *
 * @throws SyntaxError
 */
export function parseAnswer(text: string): Json {
  return JSON.parse(MANY_DIGITS.test(text) ? text.replace(TEXT_OR_INTEGER, quoteInexact) : text);
}

function quoteInexact(token: string): string {
  return token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : JSON.stringify(token);
}
