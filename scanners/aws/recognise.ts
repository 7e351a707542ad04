import { Tokenizer, TokenType } from '@streamparser/json';
import type { FileHead } from '../../src/scan/scanner.ts';
import { normalName } from './members.ts';

export type AwsExport =
  | 'authorization-details'
  | 'credential-report'
  | 'credential-report-response'
  | 'access-keys'
  | 'access-key-last-used'
  | 'service-specific-credentials'
  | 'signing-certificates'
  | 'users'
  | 'roles';

const REPORT_HEADER = /^\uFEFF?"?user"?,"?arn"?,"?user_creation_time"?,/;
/** Base64 of `user,arn,u…`, as the report's response carries it. */
const REPORT_CONTENT = 'dXNlcixhcm4sdXNlcl9jcmVhdGlvbl90aW1l';

/** Which export a file begins as; undefined when it only looks like one. Right on a beginning that is cut anywhere. */
export function recogniseExport({ text, binary }: FileHead): AwsExport | undefined {
  if (binary) return undefined;
  if (REPORT_HEADER.test(text)) return 'credential-report';
  if (!/^\s*\uFEFF?\s*\{/.test(text) || !HINT.test(text)) return undefined;
  const outline = outlineOf(text);
  return RULES.find(({ holds }) => holds(outline))?.format;
}

const HINT =
  /"(?:(?:user|group|role)_?detail_?list|policy_?version_?list|access_?key_?(?:metadata|last_?used)|service_?specific_?credentials|certificates|users|roles|content)"/i;

/** The members of a file's first document, and of the first object in each of them. */
interface Outline {
  readonly members: ReadonlyMap<string, MemberOutline>;
}

interface MemberOutline {
  readonly type: 'object' | 'list' | 'scalar';
  /** Names in the object, or in the first object of the list; undefined when there is none. */
  readonly names: ReadonlySet<string> | undefined;
  /** Whether that object was seen to its end. */
  readonly whole: boolean;
  readonly text: string | undefined;
}

/** A list whose first element has these names. */
function listOf({ members }: Outline, name: string, ...names: readonly string[]): boolean {
  const found = members.get(name);
  return found?.type === 'list' && names.every((wanted) => found.names?.has(wanted) === true);
}

/** A list whose name says enough: it may be empty, or be cut before anything says otherwise. */
function detailList(outline: Outline, name: string): boolean {
  const found = outline.members.get(name);
  return found?.type === 'list' && (found.names === undefined || !found.whole || found.names.has('arn'));
}

const RULES: readonly { readonly format: AwsExport; readonly holds: (outline: Outline) => boolean }[] = [
  {
    format: 'authorization-details',
    holds: (outline) =>
      ['userdetaillist', 'groupdetaillist', 'roledetaillist'].some((name) => detailList(outline, name)) ||
      listOf(outline, 'policies', 'arn', 'policyversionlist'),
  },
  {
    format: 'credential-report-response',
    holds: ({ members }) =>
      members.get('content')?.text?.startsWith(REPORT_CONTENT) === true &&
      (members.has('reportformat') || members.has('generatedtime')),
  },
  { format: 'access-keys', holds: (outline) => listOf(outline, 'accesskeymetadata', 'accesskeyid', 'username') },
  { format: 'access-key-last-used', holds: ({ members }) => members.get('accesskeylastused')?.type === 'object' },
  {
    format: 'service-specific-credentials',
    holds: (outline) => listOf(outline, 'servicespecificcredentials', 'servicespecificcredentialid', 'username'),
  },
  {
    format: 'signing-certificates',
    holds: (outline) => listOf(outline, 'certificates', 'certificateid', 'certificatebody', 'username'),
  },
  { format: 'users', holds: (outline) => listOf(outline, 'users', 'username', 'userid', 'arn', 'path') },
  {
    format: 'roles',
    holds: (outline) => listOf(outline, 'roles', 'rolename', 'roleid', 'arn', 'assumerolepolicydocument'),
  },
];

/** Walks the tokens of a beginning; whatever is wrong with it is for the reader to say. */
function outlineOf(text: string): Outline {
  const outliner = new Outliner();
  const tokenizer = new Tokenizer();
  tokenizer.onToken = ({ token, value }) => outliner.token(token, value);
  tokenizer.onError = () => undefined;
  tokenizer.write(text.replace(/^\uFEFF/, ''));
  return { members: outliner.members };
}

class Outliner {
  readonly members = new Map<
    string,
    { type: MemberOutline['type']; names: Set<string> | undefined; whole: boolean; text: string | undefined }
  >();
  readonly #open: ('{' | '[')[] = [];
  #member = '';
  #key = '';
  #afterColon = false;
  /** Whether the object that is open is the one whose names are kept. */
  #first = false;
  #done = false;

  token(type: TokenType, value: unknown): void {
    if (this.#done) return;
    switch (type) {
      case TokenType.LEFT_BRACE:
      case TokenType.LEFT_BRACKET:
        this.#begin(type === TokenType.LEFT_BRACE ? '{' : '[');
        break;
      case TokenType.RIGHT_BRACE:
      case TokenType.RIGHT_BRACKET:
        this.#open.pop();
        if (this.#first && this.#open.length < this.#namesDepth()) this.#endOfNames();
        // Later documents are for the reader: the first one says what the file is.
        this.#done = this.#open.length === 0;
        break;
      case TokenType.COLON:
        this.#afterColon = true;
        return;
      case TokenType.STRING:
        this.#string(String(value));
        break;
      case TokenType.COMMA:
        break;
      default:
        this.#scalar(undefined);
    }
    this.#afterColon = false;
  }

  #begin(bracket: '{' | '['): void {
    const depth = this.#open.length;
    if (depth === 1 && this.#afterColon) {
      this.#member = normalName(this.#key);
      this.members.set(this.#member, {
        type: bracket === '{' ? 'object' : 'list',
        names: undefined,
        whole: false,
        text: undefined,
      });
    }
    const member = this.members.get(this.#member);
    const holdsNames = depth === 1 ? bracket === '{' : depth === 2 && this.#open[1] === '[' && bracket === '{';
    if (holdsNames && member !== undefined && member.names === undefined) {
      member.names = new Set();
      this.#first = true;
    }
    this.#open.push(bracket);
  }

  #string(value: string): void {
    const isKey = this.#open.at(-1) === '{' && !this.#afterColon;
    if (!isKey) {
      this.#scalar(value);
      return;
    }
    this.#key = value;
    if (this.#first && this.#open.length === this.#namesDepth())
      this.members.get(this.#member)?.names?.add(normalName(value));
  }

  #namesDepth(): number {
    return this.members.get(this.#member)?.type === 'object' ? 2 : 3;
  }

  #endOfNames(): void {
    this.#first = false;
    const member = this.members.get(this.#member);
    if (member !== undefined) member.whole = true;
  }

  #scalar(value: string | undefined): void {
    if (this.#open.length !== 1 || !this.#afterColon) return;
    this.members.set(normalName(this.#key), { type: 'scalar', names: undefined, whole: true, text: value });
  }
}
