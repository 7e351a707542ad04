/** Whom AWS says a signature is of. */
export interface AwsCaller {
  readonly partition: string;
  readonly account: string;
  /** `role/NAME` (AWS leaves out the path of an assumed role), `user/PATH/NAME`, `federated-user/NAME`. */
  readonly identity: string;
  /** Of the role or user itself, whatever its sessions. */
  readonly arn: string;
  /** Of an assumed role: a name that whoever assumed it chose. */
  readonly session?: string;
  /** Unlike its name, it is never given to another role or user. */
  readonly userId: string;
}

/** The whole document and nothing else: what is only somewhere in an answer proves nothing. */
const DOCUMENT =
  /^(?:<\?xml[^<>?]*\?>)?\s*<GetCallerIdentityResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/">\s*<GetCallerIdentityResult>([\s\S]*)<\/GetCallerIdentityResult>\s*<ResponseMetadata>\s*<RequestId>[A-Za-z0-9-]{1,64}<\/RequestId>\s*<\/ResponseMetadata>\s*<\/GetCallerIdentityResponse>\s*$/;
const RESULT = /^(?:\s*<(?:Arn|UserId|Account)>[\w+=,.@:/-]{1,1024}<\/(?:Arn|UserId|Account)>){3}\s*$/;
const MEMBER = /<(Arn|UserId|Account)>([^<]*)<\/(Arn|UserId|Account)>/g;
const ARN =
  /^arn:(aws|aws-cn|aws-us-gov):(sts|iam)::(\d{12}):(assumed-role|user|federated-user)\/([\w+=,.@-]+(?:\/[\w+=,.@-]+)*)$/;
const MAX_LENGTH = 4096;

/**
 * Reads the answer of `GetCallerIdentity` (STS API Reference).
 *
 * @returns undefined for whatever is not exactly that, and for the root of an account, which is nobody in particular.
 */
export function parseCallerIdentity(xml: string): AwsCaller | undefined {
  const result = xml.length > MAX_LENGTH ? undefined : DOCUMENT.exec(xml)?.[1];
  if (result === undefined || !RESULT.test(result)) return undefined;
  const members = new Map<string, string>();
  for (const [, open = '', value = '', close] of result.matchAll(MEMBER)) if (open === close) members.set(open, value);
  const userId = members.get('UserId');
  const [, partition = '', service, account, kind, name = ''] = ARN.exec(members.get('Arn') ?? '') ?? [];
  if (account === undefined || account !== members.get('Account') || userId === undefined) return undefined;
  const common = { partition, account, userId };
  if (kind === 'assumed-role') {
    const [role, session, ...more] = name.split('/');
    if (service !== 'sts' || session === undefined || more.length > 0) return undefined;
    const identity = `role/${role}`;
    return { ...common, identity, arn: `arn:${partition}:iam::${account}:${identity}`, session };
  }
  if (service !== (kind === 'user' ? 'iam' : 'sts')) return undefined;
  const identity = `${kind}/${name}`;
  return { ...common, identity, arn: `arn:${partition}:${service}::${account}:${identity}` };
}
