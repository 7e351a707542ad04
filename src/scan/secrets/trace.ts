/**
 * Why a place that a rule looked at is no finding, or not the one that the rule would make it: stable ids, for
 * `lapse scan --explain`, with a sentence for people.
 */
export const TRACE_REASONS = {
  kept: 'reported',

  'no-match': 'a keyword of the rule stands here, but nothing of the shape that its pattern asks for',
  'part-of-longer': 'the match is a part of a longer word, so it is something else',
  'file-name': 'the match is the name of a file, as bundlers make them',
  'inside-blob': 'it stands inside a long piece of base64, where anything turns up by chance',
  'not-in-these-files': 'the rule is for other files than this one',
  'not-text': 'the file is no text: there, only rules whose findings prove themselves are tried',

  'name-in-word': "the vendor's name is a part of another word here",
  'no-value': "nothing of the value's shape stands near the vendor's name",
  'digest-context': 'a word near it says that it is a digest of something',
  'no-credential-word': 'no word near it says that it is a credential',
  'is-a-name': 'a value is given to it: it is a name itself',

  'no-assignment': 'a keyword stands here, but no value is given to it',
  'other-name': 'the name does not say that its value is a secret',
  'other-form': 'its vendor documents the forms of its credentials, and this is none of them',
  'wrong-size': 'it is shorter or longer than what the rule looks for',
  'wrong-alphabet': 'it has other characters than what the rule looks for',
  code: 'the value is code: a call, a member, a constant, a type',
  place: 'the value is a path, an address, a date or a version',
  words: 'the value reads as words: it was typed, not drawn at random',
  sequence: 'the value is made of characters in their order: it was typed, not drawn at random',
  'not-an-argument':
    'only a space stands between the name and the value, and they do not look like an option and its value',

  placeholder: 'the value stands for a secret: a word for it, a reference to a variable, or a mask',
  'known-sample': "the value is a sample of the vendor's documentation, or one that many tests share",
  'low-entropy': 'the characters of the value are too regular',
  'not-decodable': 'what it should hold cannot be decoded from it',
  'no-companion': 'what has to stand near a secret of this kind does not',
  'wrong-checksum': 'its checksum is wrong: reported with the confidence of a generic finding only',

  'allowed-by-comment': 'a comment lapse:allow with a reason suppresses it',
  'ignored-here': 'scan.ignore of the configuration leaves out what this rule finds in this file',
  'overlapped-by': 'another rule that is surer has the same text',
  'too-many': 'the file has more secrets than one file can be meant to have: not all are reported',
} as const;

export type TraceReason = keyof typeof TRACE_REASONS;

/** What became of one place that one rule looked at. Never holds what stands there. */
export interface Considered {
  /** `vendor/what`. */
  readonly rule: string;
  readonly reason: TraceReason;
  /** Lines and columns from 1, columns in UTF-16 units; `endColumn` is exclusive and on the first line. */
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  /** Of the id that the secret belongs to, when that is on another line. */
  readonly idLine?: number;
  /** With `overlapped-by`: the rule that has the text. With `ignored-here`: the entry of the configuration. */
  readonly by?: string;
  /** Where it stands in an encoded run: how that is encoded. */
  readonly encoding?: string;
}

/** Is told of everything that was looked at, in no particular order. */
export type Trace = (considered: Considered) => void;

/** With the file that it is about: archives have several. */
export interface ConsideredInFile extends Considered {
  readonly path: string;
}
