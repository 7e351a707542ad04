import { isSealed } from './sealed-value.ts';

/** Words that people write where a secret belongs. */
const STAND_INS = [
  'change[-_ ]?(?:me|it|this)',
  'chang(?:e|ing)[-_]?(?:me|in|this)',
  'dummy',
  'example',
  'fake',
  'fixme',
  'goes[-_ ]?here',
  'insert[-_ ]',
  'my[-_]?(?:api[-_]?key|password|secret|token)',
  'open[-_ ]?sesame',
  'not[-_]?(?:a|real|used|needed|set|valid)[-_]?',
  'place[-_]?holder',
  'redacted',
  'replace[-_ ]?(?:me|this|with)',
  'sample',
  'todo',
  'your[-_ ]',
  'yourapi',
  'yourpass',
  'yoursecret',
  'yourtoken',
];
const STAND_IN = new RegExp(STAND_INS.join('|'), 'i');

/** The whole value is a word that says what belongs there. */
const WORDS = new RegExp(
  '^(?:access|admin|api|app|auth|basic|bearer|changeit|client|credentials?|default|demo|disabled|empty|enabled|env|false|' +
    'foo(?:bar)?|guest|hidden|hunter2|id|key|login|my|nil|no|none|null|off|on|optional|pass|passphrase|passwd|password|' +
    'postgres|private|public|pw|pwd|required|root|secret|secrets?|server|service|some|string|super|test|testing|the|token|' +
    'true|undefined|unset|user|username|value|yes|[-_. ])+$',
  'i',
);

/**
 * Whether a value only stands for a secret: a word for it, a reference to a variable, a mask, a run of one character or
 * of counted ones; or what encryption made of one.
 */
export function isPlaceholder(value: string): boolean {
  if (value.length === 0 || isReference(value) || isSealed(value)) return true;
  // Nobody types that much; in what is drawn, any short word turns up by chance.
  if (value.length > LONGEST_TYPED) return hasFewCharacters(value) || MASKED_PARTS.test(value);
  if (isMask(value) || WORDS.test(value)) return true;
  return STAND_IN.test(value);
}

const LONGEST_TYPED = 64;
/** Two parts behind each other that are the same character throughout: `…-888888888888-888888888888-…`. */
const MASKED_PARTS = /-([0-9A-Za-z])\1{7,40}-\1{8,40}-/;

/** A variable, a template, a call: `${X}`, `$X`, `{{ x }}`, `<x>`, `%(x)s`, `[x]`, `process.env.X`. */
export function isReference(value: string): boolean {
  return (
    /^(?:\$\{|\$\(|\$[A-Za-z_]|%[A-Za-z_]\w*%|%\(|\{\{|\{[A-Za-z_]|<[^<>]*>$|\[[^[\]]*\]$|#\{|@[A-Za-z_]+@|__\w+__$|![A-Za-z]+$|[&*][A-Za-z_]+$)/.test(
      value,
    ) ||
    /\$\{[^}]*\}|\{\{|<%|%>|#\{|\$\(\(?/.test(value) ||
    /^(?:os|process|env|config|settings|self|this|var|local|data|module|secrets?|vault|params|props|options|args|ctx|request|req|input|System|Environment)[.[]/i.test(
      value,
    )
  );
}

/** A mask or a filler: few different characters for its length. */
export function isMask(value: string): boolean {
  if (/^(.{1,3}?)\1{2,}.{0,2}$/.test(value)) return true;
  if (/x{5,}|\*{3,}|\.{3,}|X{5,}|0{10,}|#{4,}|-{5,}|_{5,}/.test(value)) return true;
  return hasFewCharacters(value);
}

/** However long a value is, one that was drawn has more than eight different characters. */
function hasFewCharacters(value: string): boolean {
  return value.length >= 8 && new Set(value.toLowerCase()).size <= Math.min(8, Math.max(2, value.length >> 4));
}

/**
 * Whether most of a value is the alphabet in order, as in `abcdefgh1234` or `aB1cD2eF3`: typed, not drawn.
 */
export function isSequence(value: string): boolean {
  const letters = value.toLowerCase().replaceAll(/[^a-z]/g, '');
  let longest = 1;
  let run = 1;
  for (let index = 1; index < letters.length; index++) {
    run = letters.charCodeAt(index) === letters.charCodeAt(index - 1) + 1 ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest >= 6 && longest * 3 >= letters.length;
}
