import type { IAMClient } from '@aws-sdk/client-iam';
import { AppError } from '../../../src/errors.ts';
import type { CollectedFile, Collector, CollectReport, LiveContext } from '../../../src/scan/live/collector.ts';

type Iam = typeof import('@aws-sdk/client-iam');
type Sts = typeof import('@aws-sdk/client-sts');
type Providers = typeof import('@aws-sdk/credential-providers');

/** IAM answers for the whole partition from there; `AWS_REGION` says which partition it is. */
const REGION = 'us-east-1';
/** Tries of one call; the SDK waits longer before each of them, and slows down when it is throttled. */
const TRIES = 8;
/** Asking for a credential report starts one, which takes some seconds. */
const REPORT = { tries: 30, pause: 2_000 };

/**
 * Asks IAM for what `get-account-authorization-details`, the credential report and the listings of credentials give, as the
 * credentials of the standard chain (environment, profiles, SSO, web identity, containers, instances).
 *
 * Least permission: the actions of the AWS managed policy `SecurityAudit`, of which `iam:GenerateCredentialReport`, `iam:Get*` and
 * `iam:List*` are used.
 */
export const awsCollector: Collector = {
  id: 'aws',
  scanner: 'aws',
  async connect(profile, context) {
    const { iam, sts, providers } = await sdk();
    const region = context.env.AWS_REGION ?? context.env.AWS_DEFAULT_REGION ?? REGION;
    const options = {
      region,
      maxAttempts: TRIES,
      retryMode: 'adaptive',
      credentials: providers.fromNodeProviderChain(profile === undefined ? {} : { profile }),
    };
    const client = new iam.IAMClient(options);
    const account = await callerAccount(new sts.STSClient(options), sts);
    return {
      name: `aws:${account}`,
      collect: (report) => new Collection({ client, iam, report, context }).files(),
      close: async () => client.destroy(),
    };
  },
};

async function sdk(): Promise<{ readonly iam: Iam; readonly sts: Sts; readonly providers: Providers }> {
  try {
    const [iam, sts, providers] = await Promise.all([
      import('@aws-sdk/client-iam'),
      import('@aws-sdk/client-sts'),
      import('@aws-sdk/credential-providers'),
    ]);
    return { iam, sts, providers };
  } catch (cause) {
    throw new AppError('ERR_USAGE', 'the packages that ask AWS are not installed', {
      hint: 'npm install @aws-sdk/client-iam @aws-sdk/client-sts @aws-sdk/credential-providers',
      cause,
    });
  }
}

async function callerAccount(client: InstanceType<Sts['STSClient']>, sts: Sts): Promise<string> {
  try {
    const { Account = '' } = await client.send(new sts.GetCallerIdentityCommand({}));
    return Account;
  } catch (error) {
    // The message of the SDK may quote what was sent.
    throw new AppError('ERR_LIVE_CREDENTIALS', `AWS does not know who asks (${nameOf(error)})`, {
      hint: 'credentials are looked for as the AWS command line does; name a profile: --live aws=PROFILE',
    });
  } finally {
    client.destroy();
  }
}

interface CollectionParts {
  readonly client: IAMClient;
  readonly iam: Iam;
  readonly report: CollectReport;
  readonly context: LiveContext;
}

class Collection {
  readonly #client: IAMClient;
  readonly #iam: Iam;
  readonly #report: CollectReport;
  readonly #users: string[] = [];

  constructor({ client, iam, report }: CollectionParts) {
    this.#client = client;
    this.#iam = iam;
    this.#report = report;
  }

  async *files(): AsyncGenerator<CollectedFile> {
    yield* this.#asked('iam/authorization-details.json', () => this.#authorizationDetails());
    yield* this.#asked('iam/credential-report.json', () => this.#credentialReport());
    if (this.#users.length === 0) return;
    yield* this.#asked('iam/access-keys.json', () => this.#accessKeys());
    yield* this.#asked('iam/service-specific-credentials.json', () => this.#serviceCredentials());
  }

  /** A part whose first answer is a refusal is told, and the others are asked for. */
  async *#asked(path: string, ask: () => AsyncGenerator<string>): AsyncGenerator<CollectedFile> {
    const pieces = ask();
    try {
      const first = await pieces.next();
      if (first.done !== true) yield { path, content: unreachable(chain(first.value, pieces)) };
    } catch (error) {
      if (error instanceof AppError) throw error;
      this.#report.problem({ path, message: `${path}: AWS refuses it (${nameOf(error)})` });
    } finally {
      await pieces.return(undefined);
    }
  }

  /** One answer per page; the reader takes them for one export. */
  async *#authorizationDetails(): AsyncGenerator<string> {
    for await (const page of this.#iam.paginateGetAccountAuthorizationDetails(
      { client: this.#client, pageSize: 1_000 },
      {},
    )) {
      for (const { UserName } of page.UserDetailList ?? []) if (UserName !== undefined) this.#users.push(UserName);
      yield line(page);
    }
  }

  async *#credentialReport(): AsyncGenerator<string> {
    for (let attempt = 0; ; attempt++) {
      const { State } = await this.#client.send(new this.#iam.GenerateCredentialReportCommand({}));
      if (State === 'COMPLETE') break;
      if (attempt === REPORT.tries)
        throw new AppError('ERR_LIVE_UNREACHABLE', 'AWS does not come to an end with its credential report');
      await new Promise((done) => setTimeout(done, REPORT.pause));
    }
    const { Content, ...report } = await this.#client.send(new this.#iam.GetCredentialReportCommand({}));
    yield line({ ...report, Content: Buffer.from(Content ?? []).toString('base64') });
  }

  /** The report has no ids of keys: what a key in a file is matched to is listed user by user. */
  async *#accessKeys(): AsyncGenerator<string> {
    const { ListAccessKeysCommand, GetAccessKeyLastUsedCommand } = this.#iam;
    for (const UserName of this.#users) {
      const keys = await this.#client.send(new ListAccessKeysCommand({ UserName }));
      yield line(keys);
      for (const { AccessKeyId } of keys.AccessKeyMetadata ?? []) {
        if (AccessKeyId === undefined) continue;
        yield line({ AccessKeyId, ...(await this.#client.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))) });
      }
    }
  }

  async *#serviceCredentials(): AsyncGenerator<string> {
    for (const UserName of this.#users) {
      yield line(await this.#client.send(new this.#iam.ListServiceSpecificCredentialsCommand({ UserName })));
    }
  }
}

/** One answer; what the SDK adds about the exchange is none of it. */
function line(answer: object): string {
  const { $metadata: _, ...rest } = answer as { $metadata?: unknown };
  return `${JSON.stringify(rest)}\n`;
}

async function* chain(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

/** What breaks off in the middle is not read at all. */
async function* unreachable(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    yield* pieces;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('ERR_LIVE_UNREACHABLE', `AWS breaks off (${nameOf(error)})`);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'no answer';
}
