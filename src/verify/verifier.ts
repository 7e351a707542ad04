import { AppError } from '../errors.ts';
import type { SecretValue } from '../model/secret-value.ts';
import type { Problem } from '../model/snapshot.ts';
import type { StaticSecret } from '../model/static-secret.ts';
import type { VerifySpec } from '../scan/secrets/verify-spec.ts';
import { buildRequest, requestUrl } from './build-request.ts';
import { type SendOptions, sendRequest, type VerifyAnswer } from './send-request.ts';

/** A secret to ask about, and how. */
export interface Question {
  readonly secret: StaticSecret;
  readonly value: SecretValue;
  readonly spec: VerifySpec;
}

/** What was learned: `unknown` when the vendor's answer says nothing. */
export interface Verdict {
  readonly secret: StaticSecret;
  readonly validity: StaticSecret['validity'];
  /** ISO 8601. */
  readonly at: string;
}

export interface VerifierOptions extends SendOptions {
  /** Milliseconds between two requests to one host. */
  readonly interval: number;
}

export interface Verification {
  readonly verdicts: readonly Verdict[];
  /** What could not be asked. */
  readonly problems: readonly Problem[];
}

/** Hosts that are asked at the same time. */
const HOSTS_AT_ONCE = 4;
/** A vendor that asks for a longer pause is not asked again in this run. Seconds. */
const LONGEST_PAUSE = 30;

/**
 * Asks vendors whether secrets still work: each secret once, each host one request after the other, with a pause between them.
 * A host that cannot be reached is not tried again; the others are asked all the same. No value is in what this returns.
 */
export async function verifySecrets(questions: readonly Question[], options: VerifierOptions): Promise<Verification> {
  const { queues, problems: refused } = byHost(questions);
  const verdicts: Verdict[] = [];
  const problems = [...refused];
  const hosts = [...queues];
  const work = async () => {
    for (let next = hosts.shift(); next !== undefined; next = hosts.shift()) {
      const asked = await askInTurn(...next, options);
      verdicts.push(...asked.verdicts);
      problems.push(...asked.problems);
    }
  };
  await Promise.all(Array.from({ length: HOSTS_AT_ONCE }, work));
  return {
    verdicts: verdicts.sort((a, b) => (a.secret.id < b.secret.id ? -1 : 1)),
    problems: problems.sort((a, b) => (a.message < b.message ? -1 : 1)),
  };
}

/** By the host that each request goes to: rules may share one. */
function byHost(questions: readonly Question[]): {
  readonly queues: ReadonlyMap<string, readonly Question[]>;
  readonly problems: readonly Problem[];
} {
  const queues = new Map<string, Question[]>();
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const question of questions) {
    const { secret, value, spec } = question;
    if (seen.has(secret.id)) continue;
    seen.add(secret.id);
    try {
      const { host } = requestUrl(spec, { value: value.reveal(), secret });
      queues.set(host, [...(queues.get(host) ?? []), question]);
    } catch (error) {
      problems.push(problemWith(question, error));
    }
  }
  return { queues, problems };
}

function problemWith({ secret }: Question, error: unknown, more = ''): Problem {
  if (!(error instanceof AppError)) throw error;
  const location = secret.locations[0] ?? { path: secret.id };
  return { code: error.code, message: `${error.message}${more}`, location };
}

async function askInTurn(host: string, queue: readonly Question[], options: VerifierOptions): Promise<Verification> {
  const verdicts: Verdict[] = [];
  const problems: Problem[] = [];
  for (const [index, question] of queue.entries()) {
    if (index > 0) await pause(options.interval);
    try {
      verdicts.push(await ask(host, question, options));
    } catch (error) {
      const left = queue.length - index - 1;
      const unreachable = error instanceof AppError && error.code === 'ERR_VERIFY_UNREACHABLE' && left > 0;
      const more = unreachable ? `; nor are its other ${left} secrets asked about` : '';
      problems.push(problemWith(question, error, more));
      if (unreachable) break;
    }
  }
  return { verdicts, problems };
}

async function ask(host: string, { secret, value, spec }: Question, options: VerifierOptions): Promise<Verdict> {
  const send = () => sendRequest(buildRequest(spec, { value: value.reveal(), secret, now: options.clock() }), options);
  let answer = await send();
  if (answer.status === 429 || answer.status === 503) {
    const { retryAfter = 1 } = answer;
    if (retryAfter <= LONGEST_PAUSE) {
      await pause(retryAfter * 1_000);
      answer = await send();
    }
  }
  if (answer.status === 429 || answer.status >= 500) {
    throw new AppError('ERR_VERIFY_UNREACHABLE', `${host} answered ${answer.status} when asked about a secret`, {
      hint: 'ask again later; the secret keeps the validity it had',
    });
  }
  return { secret, validity: read(answer, spec), at: options.clock().toISOString() };
}

function read(answer: VerifyAnswer, { active, inactive }: VerifySpec): StaticSecret['validity'] {
  const fits = ({ status, contains }: VerifySpec['active']) =>
    status.includes(answer.status) && contains?.some((text) => answer.body.includes(text)) !== false;
  const dead = inactive !== undefined && fits(inactive);
  // An answer that fits both says nothing.
  return fits(active) === dead ? 'unknown' : dead ? 'inactive' : 'active';
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
