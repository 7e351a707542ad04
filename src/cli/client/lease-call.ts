import { loadConfig } from '../../config/load-config.ts';
import type { CliContext } from '../context.ts';
import { IssuerClient } from './issuer-client.ts';
import type { LeaseWish } from './obtain-lease.ts';
import { type ServerOptions, serverUrl } from './server-url.ts';
import { type SubjectTokenOptions, type SubjectTokenSource, subjectTokenSource } from './subject-token-source.ts';

export interface LeaseOptions extends ServerOptions, SubjectTokenOptions {
  readonly action: readonly string[];
  readonly resource: readonly string[];
  /** Seconds. */
  readonly duration?: number;
  readonly type: string;
  readonly sourceCidr: readonly string[];
  readonly reason?: string;
  readonly ticket?: string;
}

/** What `request` and `exec` need to ask for a lease: whom, as whom, and for what. */
export interface LeaseCall {
  readonly client: IssuerClient;
  readonly source: SubjectTokenSource;
  readonly wish: LeaseWish;
}

export function leaseCall(cli: CliContext, options: LeaseOptions, target: string): LeaseCall {
  const client = new IssuerClient(serverUrl(cli, options));
  const { duration, reason, ticket } = options;
  return {
    client,
    source: subjectTokenSource(cli, options, client.url),
    wish: {
      type: configuredType(cli, options, target) ?? options.type,
      target,
      actions: options.action,
      resources: options.resource,
      sourceCidrs: options.sourceCidr,
      ...(duration === undefined ? {} : { duration }),
      ...(reason === undefined ? {} : { reason }),
      ...(ticket === undefined ? {} : { ticket }),
    },
  };
}

/** Where the configuration is at hand, nobody has to say what the target serves. */
function configuredType(cli: CliContext, options: LeaseOptions, id: string): string | undefined {
  const { issuer } = loadConfig({ cwd: cli.cwd, ...(options.config === undefined ? {} : { path: options.config }) });
  const target = issuer?.targets.find((candidate) => candidate.id === id);
  if (target === undefined) return undefined;
  return target.type === 'jwt' ? 'api_token' : 'db_credential';
}
