import type { Broker } from '../../brokers/broker.ts';
import type { Tracing } from '../../issuer/tracing.ts';
import type { PolicyEngine } from '../../policy/engine.ts';

/** An engine whose answers are traced, and timed for the metrics. */
export function tracedPolicy(
  engine: PolicyEngine,
  tracing: Tracing,
  took: (entry: string, seconds: number) => void,
): PolicyEngine {
  const observed = async <T>(entry: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    try {
      return await tracing.span(`policy.${entry}`, { 'lapse.policy_revision': engine.revision }, work);
    } finally {
      took(entry, (performance.now() - start) / 1000);
    }
  };
  return {
    // Policies are replaced under the same engine: both are asked for each time.
    get revision() {
      return engine.revision;
    },
    get rules() {
      return engine.rules;
    },
    findings: (input) => engine.findings(input),
    drift: (input) => engine.drift(input),
    decide: (input) => observed('decide', () => engine.decide(input)),
    alerts: (input) => observed('alerts', () => engine.alerts(input)),
    close: () => engine.close(),
  };
}

/** What goes to the target, of all that a broker does. */
const STEPS: ReadonlySet<string | symbol> = new Set([
  'create',
  'extend',
  'disable',
  'endSessions',
  'remove',
  'verify',
  'list',
]);

/** A broker each of whose calls to the target is a span. */
export function tracedBroker(target: string, broker: Broker, tracing: Tracing): Broker {
  return new Proxy(broker, {
    get(object, name) {
      const member: unknown = Reflect.get(object, name, object);
      if (typeof member !== 'function') return member;
      if (!STEPS.has(name)) return member.bind(object);
      return (...args: readonly unknown[]) =>
        tracing.span(`broker.${String(name)}`, { 'lapse.target': target }, () => Reflect.apply(member, object, args));
    },
  });
}
