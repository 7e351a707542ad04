import type { Problem } from '../../../src/model/snapshot.ts';
import { type ArchiveLimits, DEFAULT_ARCHIVE_LIMITS } from '../../../src/scan/archives/archive-limits.ts';
import { members } from '../../../src/scan/archives/members.ts';
import { openFile } from '../../../src/scan/open-file.ts';

export interface ReadMembers {
  /** Text by path; of several with one path the last. */
  readonly texts: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
  readonly problems: readonly Problem[];
  readonly notRead: readonly string[];
}

/** Reads everything that a content holds. */
export async function readMembers(
  path: string,
  content: Buffer,
  limits: Partial<ArchiveLimits> = {},
  { held = true, maxFileSize = 16 * 1024 ** 2 } = {},
): Promise<ReadMembers> {
  const problems: Problem[] = [];
  const notRead: string[] = [];
  const paths: string[] = [];
  const texts: Record<string, string> = {};
  const file = openFile({
    path,
    unit: path,
    size: content.length,
    head: content,
    content: held ? content : undefined,
    async *stream() {
      for (let at = 0; at < content.length; at += 10_007) yield content.subarray(at, at + 10_007);
    },
    ...(held ? {} : { readAt: (position: number, length: number) => content.subarray(position, position + length) }),
    close: () => undefined,
  });
  for await (const member of members(file, {
    limits: { ...DEFAULT_ARCHIVE_LIMITS, ...limits },
    maxFileSize,
    problem: (problem) => problems.push(problem),
    notRead: (reason, { count, message }) => notRead.push(`${reason} ${count} ${message}`),
  })) {
    const pieces: Uint8Array[] = [];
    for await (const piece of member.stream()) pieces.push(piece);
    paths.push(member.path);
    texts[member.path] = Buffer.concat(pieces).toString('latin1');
  }
  return { texts, paths, problems, notRead };
}
