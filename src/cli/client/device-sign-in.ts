import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { escapeControl } from '../../report/escape.ts';
import type { CliContext } from '../context.ts';
import type { IssuerClient } from './issuer-client.ts';
import { parseAnswer } from './parse-answer.ts';
import type { StoredSession } from './session-file.ts';

const CLIENT_ID = 'lapse-cli';
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
const SLOWER_SECONDS = 5;

const startSchema = z.object({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.url(),
  verification_uri_complete: z.url(),
  expires_in: z.number(),
  interval: z.number().default(5),
});
const sessionSchema = z.object({ access_token: z.string(), operator: z.string(), expires_at: z.iso.datetime() });

/**
 * Signs in by the browser of any machine (RFC 8628): prints where to go and what to compare there, opens nothing, and polls.
 *
 * @throws {AppError} ERR_ACCESS_DENIED, ERR_ACCESS_EXPIRED, and what the daemon says.
 */
export async function deviceSignIn(client: IssuerClient, cli: CliContext): Promise<StoredSession> {
  const form = { client_id: CLIENT_ID, machine: hostname() };
  const answer = await client.call({ method: 'POST', path: '/device_authorization', form });
  const started = parseAnswer(startSchema, answer, client);
  cli.stderr.write(
    `open ${escapeControl(started.verification_uri_complete)}\nand confirm the code ${escapeControl(started.user_code)} there\n`,
  );
  let interval = started.interval;
  for (;;) {
    await pause(interval * 1000);
    const polled = await poll(client, started.device_code);
    if (polled === 'slow_down') interval += SLOWER_SECONDS;
    else if (polled !== 'pending') return polled;
  }
}

async function poll(client: IssuerClient, deviceCode: string): Promise<StoredSession | 'pending' | 'slow_down'> {
  const form = { grant_type: DEVICE_CODE, device_code: deviceCode, client_id: CLIENT_ID };
  try {
    const answer = parseAnswer(sessionSchema, await client.call({ method: 'POST', path: '/token', form }), client);
    return { operator: answer.operator, token: answer.access_token, expires_at: answer.expires_at };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'ERR_ACCESS_PENDING') return 'pending';
    // RFC 8628 section 3.5: whom a connection fails goes on, more slowly.
    if (error.code === 'ERR_POLL_TOO_FAST' || error.code === 'ERR_DAEMON_UNREACHABLE') return 'slow_down';
    throw error;
  }
}
