import type { IssuerParts } from '../parts.ts';

/** The event that carries a checkpoint to the sinks. */
export const CHECKPOINT_EVENT = 'audit.checkpoint';

/**
 * Signs the head of the chain, keeps the checkpoint and sends it to the sinks as an event of its own, so that a tail that is cut off
 * later shows. Does nothing when nothing was written since the last one.
 */
export async function writeCheckpoint(parts: IssuerParts): Promise<void> {
  const { head, last } = await parts.store.read(async ({ audit }) => ({
    head: await audit.head(),
    last: await audit.lastCheckpoint(),
  }));
  if (head === undefined || (head.event === CHECKPOINT_EVENT && last?.seq === head.seq - 1)) return;
  const payload = { chain: head.chain, seq: head.seq, hash: head.hash, at: parts.now().toISOString() };
  const signature = await parts.keys.signCheckpoint(payload);
  await parts.write(async ({ audit }, now) => {
    await audit.addCheckpoint({ ...payload, signature });
    await audit.append(
      { event: CHECKPOINT_EVENT, actor: 'system', detail: { seq: payload.seq, hash: payload.hash, signature } },
      now,
    );
  });
}
