/** Words of an identifier or a phrase: at separators, at digits and where camel case begins one. In lower case. */
export function wordsOf(text: string): string[] {
  return text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}

const LONGEST_WORD = 14;

/**
 * How much of the letters of a value is in what can be a word, from 0 to 1: near 1 for identifiers, paths and phrases,
 * near 0 for what was drawn at random. Hex digits are never words.
 */
export function wordShare(value: string): number {
  if (/^[0-9a-f-]+$/i.test(value)) return 0;
  // What is drawn has digits among its letters everywhere, and some of what lies between them can be pronounced.
  const digitsWithin = value.match(/[A-Za-z](?=[0-9]{1,8}[A-Za-z])/g)?.length ?? 0;
  if (digitsWithin >= 3 && digitsWithin * 12 >= value.length) return 0;
  const words = wordsOf(value);
  const letters = count(words);
  return letters === 0 ? 0 : count(words.filter(isWord)) / letters;
}

function isWord(word: string): boolean {
  return word.length >= 3 && word.length <= LONGEST_WORD && isPronounceable(word);
}

/** With vowels in it, and nowhere too many consonants after each other. */
export function isPronounceable(letters: string): boolean {
  const word = letters.toLowerCase();
  const vowels = word.replaceAll(/[^aeiouy]/g, '').length;
  return (
    vowels * 5 >= word.length &&
    !/[^aeiouy]{5}/.test(word) &&
    !/[jq][^aeiou]|[^aeiouyns]q|[bcdfghjklmpqrstvwz]x|vv|uu|[aeiou]{4}/.test(word)
  );
}

function count(words: readonly string[]): number {
  return words.reduce((sum, word) => sum + word.length, 0);
}
