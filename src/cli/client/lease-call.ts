import type { IssuerTarget } from '../../config/issuer.ts';
import { DETAIL_TYPES } from '../../config/targets.ts';
import { AppError } from '../../errors.ts';
import { configFor } from '../config-for.ts';
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
  /** ISO 8601. */
  readonly from?: string;
  readonly principal?: string;
}

/** What `request` and `exec` need to ask for a lease: whom, as whom, and for what. */
export interface LeaseCall {
  readonly client: IssuerClient;
  readonly source: SubjectTokenSource;
  readonly wish: LeaseWish;
}

export async function leaseCall(cli: CliContext, options: LeaseOptions, target: string): Promise<LeaseCall> {
  const client = new IssuerClient(await serverUrl(cli, options));
  const { duration, reason, ticket, principal } = options;
  const known = await configuredTarget(cli, options, target);
  return {
    client,
    source: subjectTokenSource(cli, options, client.url),
    wish: {
      type: known === undefined ? options.type : DETAIL_TYPES[known.type],
      target,
      actions: options.action.length > 0 ? options.action : onlyActions(known),
      resources: options.resource,
      sourceCidrs: options.sourceCidr,
      ...(duration === undefined ? {} : { duration }),
      ...(reason === undefined ? {} : { reason }),
      ...(ticket === undefined ? {} : { ticket }),
      ...(options.from === undefined ? {} : { notBefore: options.from }),
      ...(principal === undefined ? {} : { principal }),
    },
  };
}

/** Where the configuration is at hand, nobody has to say what it says already. */
async function configuredTarget(cli: CliContext, options: LeaseOptions, id: string): Promise<IssuerTarget | undefined> {
  const { issuer } = await configFor(cli, options);
  return issuer?.targets.find((candidate) => candidate.id === id);
}

function onlyActions(target: IssuerTarget | undefined): readonly string[] {
  const offered =
    target === undefined ? [] : target.type === 'jwt' ? [target.actions] : target.grants.map((grant) => grant.actions);
  const [actions, ...others] = offered;
  if (actions !== undefined && others.length === 0) return actions;
  throw new AppError('ERR_USAGE', 'no action is named', { hint: 'use --action; it may be repeated' });
}
