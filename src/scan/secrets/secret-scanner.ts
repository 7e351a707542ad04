import { TextDecoder } from 'node:util';
import { secretId } from '../../model/id.ts';
import type { Location } from '../../model/location.ts';
import type { StaticSecret } from '../../model/static-secret.ts';
import { byteOrder } from '../decode-text.ts';
import type { ScanContext, Scanner, SourceFile } from '../scanner.ts';
import type { FoundSecret } from './found-secret.ts';
import type { Rule } from './rule.ts';
import { type RuleSet, ruleSet } from './rule-set.ts';
import { findSecrets } from './secret-search.ts';

/** The secrets scanner, and what its rules say of themselves. */
export interface SecretScanner extends Scanner {
  rules(): readonly Rule[];
}

/**
 * Makes a scanner of rules. It reads every file that is not binary.
 *
 * @param load - is called when the first file comes.
 */
export function secretScanner(load: () => readonly Rule[]): SecretScanner {
  let compiled: RuleSet | undefined;
  const rules = () => {
    compiled ??= ruleSet(load());
    return compiled;
  };
  return {
    id: 'secrets',
    title: 'Static secrets in files of any kind',
    history: true,
    rules: () => rules().rules,
    recognise: (head) => (head.binary || head.size === 0 ? undefined : 'text'),
    async read(file, context) {
      const { now, honourComments = true } = context;
      const { secrets, truncated } = await findSecrets(utf8(file), { rules: rules(), now, honourComments });
      for (const body of merge(secrets, file, context)) context.emit({ kind: 'secret', body });
      if (truncated) {
        context.problem({
          message: 'more secrets than one file can be meant to have: not all are reported',
          location: { path: file.path },
        });
      }
    },
  };
}

/** One fact for each secret of a file, with all its places there. The first of its rules is the surest one. */
function merge(secrets: readonly FoundSecret[], file: SourceFile, context: ScanContext): readonly StaticSecret[] {
  const merged = new Map<string, StaticSecret>();
  for (const secret of secrets) {
    const fingerprint = context.fingerprint(secret.value.reveal());
    const location = locationOf(secret, file);
    const known = merged.get(fingerprint);
    const first = known === undefined || isSurer(secret, known);
    const locations = [...(known?.locations ?? []), location];
    merged.set(fingerprint, first ? fact(secret, fingerprint, locations, file) : { ...known, locations });
  }
  return [...merged.values()];
}

const RANK = { structured: 0, contextual: 1, generic: 2 } as const;

function isSurer(secret: FoundSecret, known: StaticSecret): boolean {
  return RANK[secret.confidence] < RANK[known.confidence];
}

function fact(
  secret: FoundSecret,
  fingerprint: string,
  locations: readonly Location[],
  file: SourceFile,
): StaticSecret {
  const { rule, confidence, hint, credentialNativeId, facts } = secret;
  return {
    id: secretId(fingerprint),
    rule: rule.id,
    vendor: rule.vendor,
    title: rule.title,
    confidence,
    fingerprint,
    validity: 'unknown',
    inHead: file.history?.inHead ?? true,
    ...(hint === undefined ? {} : { hint }),
    ...(rule.platform === undefined ? {} : { platform: rule.platform }),
    ...(credentialNativeId === undefined ? {} : { credentialNativeId }),
    ...(facts === undefined ? {} : { facts }),
    locations,
  };
}

function locationOf({ line, column, endColumn }: FoundSecret, { path, history }: SourceFile): Location {
  const place = { path, line, column, endColumn };
  if (history === undefined) return place;
  const { commit, author, date, removedBy } = history;
  return { ...place, commit, author, date, ...(removedBy === undefined ? {} : { removedBy }) };
}

/** The content as UTF-8 without a byte order mark. */
async function* utf8(file: SourceFile): AsyncIterable<Uint8Array> {
  let decoder: TextDecoder | undefined;
  let first = true;
  for await (const piece of file.stream()) {
    if (first) {
      first = false;
      const { encoding, mark } = byteOrder(piece);
      if (encoding === 'utf-8') yield piece.subarray(mark);
      else decoder = new TextDecoder(encoding);
      if (decoder === undefined) continue;
    }
    yield decoder === undefined ? piece : Buffer.from(decoder.decode(piece, { stream: true }));
  }
}
