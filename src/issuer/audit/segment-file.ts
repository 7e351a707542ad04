import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { AuditEvent } from '../../model/audit-event.ts';
import type { AuditSegment } from '../../store/issuer/audit-segment-table.ts';

const manifestSchema = z.strictObject({
  segment: z.strictObject({
    chain: z.string(),
    from: z.number().int(),
    to: z.number().int(),
    prev_hash: z.string(),
    hash: z.string(),
    at: z.string(),
    signature: z.string(),
  }),
});

/** What the first line of a segment file says of the events behind it. */
export type SegmentManifest = Omit<AuditSegment, 'file'>;

/** What is signed of a segment; with the members of a checkpoint it is one, of its last event. */
export function segmentPayload({ chain, from, to, prevHash, hash, at }: Omit<SegmentManifest, 'signature'>) {
  return { chain, seq: to, hash, at, from, prev_hash: prevHash };
}

/** The manifest that a line is; undefined when it is none. */
export function parseManifest(line: string): SegmentManifest | undefined {
  if (!line.startsWith('{"segment":')) return undefined;
  try {
    const { prev_hash: prevHash, ...rest } = manifestSchema.parse(JSON.parse(line)).segment;
    return { ...rest, prevHash };
  } catch {
    return undefined;
  }
}

export function segmentName({ chain, from, to }: Pick<AuditSegment, 'chain' | 'from' | 'to'>): string {
  return `${chain}.${from}-${to}.jsonl`;
}

/** Writes a segment as JSON Lines behind its manifest. It has its name only when all of it is on disk. */
export async function writeSegment(
  folder: string,
  { file, prevHash, ...rest }: AuditSegment,
  events: readonly AuditEvent[],
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, file);
  const { chain, from, to, hash, at, signature } = rest;
  const manifest = { segment: { chain, from, to, prev_hash: prevHash, hash, at, signature } };
  const written = await open(`${path}.part`, 'w', 0o600);
  await synced(written, () =>
    written.writeFile([manifest, ...events].map((line) => `${JSON.stringify(line)}\n`).join('')),
  );
  await rename(`${path}.part`, path);
  const inside = await open(dirname(path), 'r');
  await synced(inside, async () => undefined);
}

async function synced(handle: FileHandle, write: () => Promise<void>): Promise<void> {
  try {
    await write();
    await handle.sync();
  } finally {
    await handle.close();
  }
}
