import { secretId } from '../../model/id.ts';
import type { Location } from '../../model/location.ts';
import { SecretValue } from '../../model/secret-value.ts';
import { compareConfidence, type StaticSecret } from '../../model/static-secret.ts';
import { byteOrder, textDecoder } from '../decode-text.ts';
import type { ScanContext, Scanner, SourceFile } from '../scanner.ts';
import type { PlacedComment } from './allow-comment.ts';
import { FindingIgnores, ignoreName } from './finding-ignores.ts';
import type { FoundSecret } from './found-secret.ts';
import { isMostlyText } from './is-mostly-text.ts';
import { itemsOf } from './items/item-at.ts';
import { mayBeKeyFile, readKeyFile } from './key-file.ts';
import type { Rule } from './rule.ts';
import { type RuleSet, structuredOnly } from './rule-set.ts';
import { findSecrets, findSecretsIn, type SearchOptions } from './secret-search.ts';
import { DEFAULT_SETTINGS, type SecretSettings } from './secret-settings.ts';
import type { Considered } from './trace.ts';

/** The secrets scanner, and what its rules say of themselves. */
export interface SecretScanner extends Scanner {
  /** What a configuration says: with it, the same scanner can be made in another thread. */
  readonly settings: SecretSettings;
  rules(): readonly Rule[];
}

/**
 * Makes a scanner of rules. It reads every file: one NUL byte must not hide a secret, and what runs as a program may hold one too.
 *
 * @param load - is called when the first file comes.
 */
export function secretScanner(load: () => RuleSet, settings: SecretSettings = DEFAULT_SETTINGS): SecretScanner {
  const ignores = new FindingIgnores(settings.ignore);
  let all: RuleSet | undefined;
  let structured: RuleSet | undefined;
  const everyRule = (): RuleSet => {
    all ??= load();
    return all;
  };
  /** Few trees have what needs them. */
  const structuredRules = (): RuleSet => {
    structured ??= structuredOnly(everyRule());
    return structured;
  };
  return {
    id: 'secrets',
    title: 'Static secrets in files of any kind',
    history: true,
    members: true,
    settings,
    rules: () => everyRule().rules,
    // A NUL in a file must not hide what else is in it.
    recognise: (head) => (head.size === 0 ? undefined : head.binary ? 'binary' : 'text'),
    async read(file, context) {
      const { honourComments = true } = context;
      const trace = context.trace?.bind(context);
      const ignoredBy = (rule: string) => ignores.entryFor(rule, file.path, () => context.now);
      const key =
        file.binary && mayBeKeyFile(file.head, file.size) ? await keyFileSecret(file, everyRule().rules) : undefined;
      const isNoise = file.binary && !isMostlyText(file.head);
      const held = file.binary ? undefined : heldText(file.content);
      const options: SearchOptions = {
        path: file.path,
        ...(file.binary ? {} : { items: () => itemsOf(file) }),
        rules: isNoise ? structuredRules() : everyRule(),
        // Asked for where something ends: of all else the time says nothing.
        get now() {
          return context.now;
        },
        honourComments,
        ...(trace === undefined
          ? {}
          : { trace: (considered: Considered) => trace({ path: file.path, ...withIgnores(considered, ignoredBy) }) }),
      };
      const { secrets, truncated, notDecoded, notLookedAt, notInItems, idleComments } =
        held === undefined
          ? await findSecrets(file.binary ? withoutNul(file) : utf8(file), options)
          : findSecretsIn(held, options);
      // In what is no text at all, only what proves itself counts: noise looks like anything.
      const sure = isNoise ? secrets.filter((secret) => secret.confidence === 'structured') : secrets;
      const found = key === undefined ? sure : [key, ...sure];
      const reported = found.filter(({ rule }) => {
        const entry = ignoredBy(rule.id);
        if (entry !== undefined) context.used?.(ignoreName(entry));
        return entry === undefined;
      });
      for (const { body, value } of merge(reported, file, context)) {
        context.emit({ kind: 'secret', body });
        context.reveal?.(body, value);
      }
      if (file.history === undefined && !isNoise) tellIdleComments(idleComments, file.path, context);
      if (notDecoded) {
        context.notice?.({
          message:
            'more text in another form (base64, gzip, escapes) than one file can be meant to have: not all was decoded',
          location: { path: file.path },
        });
      }
      if (notInItems) {
        context.notice?.({
          message: 'more to look at than one file is worth: some secrets are told without their message or issue',
          location: { path: file.path },
        });
      }
      if (notLookedAt) {
        context.problem({
          code: 'ERR_SCAN_LIMIT',
          message: 'more to look at than one file is worth: not all of it was',
          location: { path: file.path },
        });
      }
      if (truncated) {
        context.problem({
          code: 'ERR_SCAN_LIMIT',
          message: 'more secrets than one file can be meant to have: not all are reported',
          location: { path: file.path },
        });
      }
    },
  };
}

/** The configuration may leave out what the search would report. */
function withIgnores(considered: Considered, ignoredBy: (rule: string) => number | undefined): Considered {
  const entry = considered.reason === 'kept' ? ignoredBy(considered.rule) : undefined;
  return entry === undefined ? considered : { ...considered, reason: 'ignored-here', by: ignoreName(entry) };
}

/** A file that is a private key, in a binary form, is found by the same rules as one in text. */
async function keyFileSecret(file: SourceFile, rules: readonly Rule[]): Promise<FoundSecret | undefined> {
  const pieces: Uint8Array[] = [];
  for await (const piece of file.stream()) pieces.push(Buffer.from(piece));
  const key = readKeyFile(Buffer.concat(pieces));
  const rule = rules.find(
    ({ id }) => id === (key?.encrypted ? 'generic/encrypted-private-key' : 'generic/private-key'),
  );
  if (key === undefined || rule === undefined) return undefined;
  const { confidence, vendor } = rule;
  const value = new SecretValue(key.canonical);
  return { rule, vendor, confidence, value, facts: key.facts, line: 1, column: 1, endColumn: 1 };
}

/** Elsewhere than behind what begins a comment, it is prose about such comments. */
function tellIdleComments(comments: readonly PlacedComment[], path: string, context: ScanContext): void {
  for (const { inComment, hasReason, nextLine, line, column } of comments) {
    if (!inComment) continue;
    const name = nextLine ? 'lapse:allow-next-line' : 'lapse:allow';
    const message = hasReason
      ? `${name} suppresses nothing: there is no secret on ${nextLine ? 'the next' : 'its'} line`
      : `${name} without a reason suppresses nothing`;
    context.notice?.({ message, location: { path, line, column } });
  }
}

/** One fact for each secret of a file, with all its places there. The first of its rules is the surest one. */
function merge(
  secrets: readonly FoundSecret[],
  file: SourceFile,
  context: ScanContext,
): readonly { readonly body: StaticSecret; readonly value: SecretValue }[] {
  const merged = new Map<string, { readonly body: StaticSecret; readonly value: SecretValue }>();
  for (const secret of secrets) {
    const fingerprint = context.fingerprint(secret.value.reveal());
    const location = locationOf(secret, file);
    const known = merged.get(fingerprint)?.body;
    const first = known === undefined || isSurer(secret, known);
    const locations = [...(known?.locations ?? []), location];
    const body = first ? fact(secret, fingerprint, locations) : { ...known, locations };
    merged.set(fingerprint, { body, value: secret.value });
  }
  return [...merged.values()];
}

function isSurer(secret: FoundSecret, known: StaticSecret): boolean {
  return compareConfidence(secret.confidence, known.confidence) < 0;
}

function fact(secret: FoundSecret, fingerprint: string, locations: readonly Location[]): StaticSecret {
  const { rule, vendor, confidence, hint, credentialNativeId, facts } = secret;
  return {
    id: secretId(fingerprint),
    rule: rule.id,
    vendor,
    title: rule.title,
    confidence,
    fingerprint,
    // What says of itself that its time is over needs nobody to be asked.
    validity: facts?.expired === true ? 'inactive' : 'unknown',
    inHead: true,
    ...(hint === undefined ? {} : { hint }),
    ...(rule.platform === undefined ? {} : { platform: rule.platform }),
    ...(credentialNativeId === undefined ? {} : { credentialNativeId }),
    ...(facts === undefined ? {} : { facts }),
    locations,
  };
}

function locationOf(secret: FoundSecret, { path, image }: SourceFile): Location {
  const { line, column, endColumn, idLine, item = image, encoding } = secret;
  return {
    path,
    line,
    column,
    endColumn,
    ...(idLine === undefined ? {} : { idLine }),
    ...(item === undefined ? {} : { item }),
    ...(encoding === undefined ? {} : { encoding }),
  };
}

const ZEROS = Buffer.alloc(1024 * 1024);

/** The content without its NUL bytes; columns count what is left. */
async function* withoutNul(file: SourceFile): AsyncIterable<Uint8Array> {
  for await (const piece of file.stream()) {
    // Sparse files are nothing but holes.
    if (ZEROS.subarray(0, piece.length).equals(piece)) continue;
    const kept = Buffer.allocUnsafe(piece.length);
    let length = 0;
    for (let index = 0; index < piece.length; index++) {
      const byte = piece[index] as number;
      if (byte !== 0) kept[length++] = byte;
    }
    yield kept.subarray(0, length);
  }
}

/** Content in UTF-8 that is at hand needs nobody to wait for it. */
function heldText(content: Uint8Array | undefined): Uint8Array | undefined {
  if (content === undefined) return undefined;
  const { encoding, mark } = byteOrder(content);
  return encoding === 'utf-8' ? content.subarray(mark) : undefined;
}

/** The content as UTF-8 without a byte order mark. */
async function* utf8(file: SourceFile): AsyncIterable<Uint8Array> {
  let decoder: ReturnType<typeof textDecoder> | undefined;
  let first = true;
  for await (const piece of file.stream()) {
    if (first) {
      first = false;
      const { encoding, mark } = byteOrder(piece);
      if (encoding === 'utf-8') yield piece.subarray(mark);
      else decoder = textDecoder(encoding);
      if (decoder === undefined) continue;
    }
    yield decoder === undefined ? piece : Buffer.from(decoder.decode(piece, { stream: true }));
  }
}
