import type { AuditSink } from './audit-sink.ts';

/** A sink that two readers of chains may use: what one of them asks waits until the other's is done. */
export function oneAtATime(sink: AuditSink): AuditSink {
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const { space } = sink;
  return {
    name: sink.name,
    durable: sink.durable,
    timeout: sink.timeout,
    batch: sink.batch,
    lastSeq: (chain) => inTurn(() => sink.lastSeq(chain)),
    write: (events) => inTurn(() => sink.write(events)),
    ...(space === undefined ? {} : { space: () => space.call(sink) }),
    close: () => sink.close(),
  };
}
