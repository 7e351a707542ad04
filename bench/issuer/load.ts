import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

/** One run against one endpoint. */
export interface Load {
  readonly url: string;
  /** Process whose CPU time counts, with all its threads. */
  readonly pid: number;
  readonly connections: number;
  /** One of the two: how long, or how many requests. */
  readonly seconds?: number;
  readonly amount?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body of the n-th request. */
  body(n: number): string;
  /** Sees each answer. */
  onAnswer?(status: number, body: string): void;
}

/** Rates are per second, times in milliseconds. */
export interface Measured {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of the server's CPU for one answer. */
  readonly cpu: number;
  readonly failed: number;
  readonly answered: number;
  /** Resident memory at the end, MB. */
  readonly memory: number;
}

/** Asks as fast as the answers come, over connections that stay open. */
export async function load({
  url,
  pid,
  connections,
  seconds,
  amount,
  headers = {},
  body,
  onAnswer,
}: Load): Promise<Measured> {
  let next = 0;
  const before = cpuMilliseconds(pid);
  const started = performance.now();
  const result = await autocannon({
    url,
    connections,
    ...(seconds === undefined ? {} : { duration: seconds }),
    ...(amount === undefined ? {} : { amount }),
    timeout: 30,
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        setupRequest: (request) => ({ ...request, body: body(next++) }),
        ...(onAnswer === undefined ? {} : { onResponse: onAnswer }),
      },
    ],
  });
  const elapsed = (performance.now() - started) / 1000;
  const answered = result['2xx'];
  return {
    rate: answered / elapsed,
    p50: result.latency.p50,
    p99: result.latency.p99,
    cpu: (cpuMilliseconds(pid) - before) / Math.max(1, answered),
    failed: result.non2xx + result.errors + result.timeouts,
    answered,
    memory: memoryOf(pid),
  };
}

/** User and system time of a process with all its threads, as Linux counts it: in hundredths of a second. */
export function cpuMilliseconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Resident memory of a process, MB. */
export function memoryOf(pid: number): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
