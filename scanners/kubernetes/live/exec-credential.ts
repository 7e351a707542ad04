import { execFile } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../../../src/errors.ts';
import { itemsAt, type Node, textAt } from '../../../src/scan/formats/node.ts';
import type { LiveContext } from '../../../src/scan/live/collector.ts';
import type { ClusterAccess } from './kubeconfig.ts';

const run = promisify(execFile);
const VERSIONS = new Set(['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']);
/** Milliseconds: it may ask a cloud. */
const TIMEOUT = 60_000;
/** Milliseconds before its end at which a token is fetched anew. */
const EARLY = 60_000;

interface Token {
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * A credential that a program of the user's own client configuration gives: run without a shell and without a terminal.
 *
 * Source: Kubernetes documentation, "Authenticating", client-go credential plugins.
 */
export function execCredential(
  exec: Node,
  file: string,
  { env, now }: LiveContext,
): Pick<ClusterAccess, 'authorization'> {
  const apiVersion = textAt(exec, 'apiVersion') ?? '';
  const command = textAt(exec, 'command');
  if (command === undefined || !VERSIONS.has(apiVersion)) {
    throw new AppError('ERR_LIVE_CREDENTIALS', `${file}: an exec plugin of version ${JSON.stringify(apiVersion)}`, {
      hint: `expected a command, and one of ${[...VERSIONS].join(', ')}`,
    });
  }
  const set = itemsAt(exec, 'env').map((item) => [textAt(item, 'name') ?? '', textAt(item, 'value') ?? ''] as const);
  const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } });
  const ask = async (): Promise<Token> => {
    const { stdout } = await run(
      // A path is relative to the file that names it; a bare name is looked for in PATH.
      command.includes('/') ? resolve(dirname(file), command) : command,
      itemsAt(exec, 'args').map((item) => textAt(item) ?? ''),
      { env: { ...env, ...Object.fromEntries(set), KUBERNETES_EXEC_INFO: info }, timeout: TIMEOUT },
    );
    return readToken(stdout);
  };
  let known: Token | undefined;
  return {
    async authorization() {
      if (known === undefined || known.until - EARLY < now().getTime()) {
        // Neither what it printed nor why it failed is passed on: both may hold the token.
        known = await ask().catch(() => {
          throw new AppError('ERR_LIVE_CREDENTIALS', `${file}: ${command} gives no token`, {
            hint: `run it by hand: ${textAt(exec, 'installHint') ?? command}`,
          });
        });
      }
      return `Bearer ${known.value}`;
    },
  };
}

function readToken(text: string): Token {
  const answer: unknown = JSON.parse(text);
  const status = member(answer, 'status');
  const value = member(status, 'token');
  if (typeof value !== 'string' || value === '') throw new TypeError('no token');
  const until = Date.parse(String(member(status, 'expirationTimestamp')));
  return { value, until: Number.isNaN(until) ? Number.POSITIVE_INFINITY : until };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
