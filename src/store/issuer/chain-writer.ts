import { CHAIN_START } from './audit-hash.ts';
import type { AuditTable, ChainHead } from './audit-table.ts';

/**
 * Where a chain ends, remembered by its only writer, and the turns of its transactions to write behind it: the events and the commit are all
 * that happens in a turn, so transactions go on side by side until then.
 */
export class ChainWriter {
  #head: ChainHead | undefined = { seq: 0, hash: CHAIN_START };
  #turn: Promise<unknown> = Promise.resolve();

  /** Writes the pending events behind the head, then commits. When either fails, nobody knows where the chain ends until it is read. */
  async commit(audit: AuditTable, begin: () => Promise<void>, commit: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(async () => {
      const head = this.#head ?? (await headOf(audit));
      this.#head = undefined;
      if (head.seq === 0) await begin();
      const next = await audit.flush(head);
      await commit();
      this.#head = next;
    });
    this.#turn = turn.catch(() => undefined);
    await turn;
  }
}

async function headOf(audit: AuditTable): Promise<ChainHead> {
  const last = await audit.head();
  return { seq: last?.seq ?? 0, hash: last?.hash ?? CHAIN_START };
}
