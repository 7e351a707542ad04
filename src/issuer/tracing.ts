/** Facts of a span: codes, ids and numbers, never what a requester typed and never a value of a credential. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

/** Where the time of a request goes, for whoever collects traces. */
export interface Tracing {
  /**
   * Does `work` as a part of what is under way.
   *
   * @param name - fixed: `policy.decide`, `broker.create`.
   */
  span<T>(name: string, facts: SpanFacts, work: () => Promise<T>): Promise<T>;
  /**
   * Begins a request: all that `work` starts, also later, belongs to it.
   *
   * @param traceparent - the header of W3C Trace Context, when the caller sent one.
   * @returns what ends it, once.
   */
  request(name: string, facts: SpanFacts, traceparent: string | undefined, work: () => void): EndSpan;
  close(): Promise<void>;
}

/** @param failed - the request could not be answered as it should have been. */
export type EndSpan = (name: string, facts: SpanFacts, failed: boolean) => void;

/** Nobody collects traces. */
export const NO_TRACING: Tracing = {
  span: (_name, _facts, work) => work(),
  request: (_name, _facts, _traceparent, work) => {
    work();
    return () => undefined;
  },
  close: async () => undefined,
};
