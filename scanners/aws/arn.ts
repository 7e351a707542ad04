import { principalId } from '../../src/model/id.ts';

/** The parts of an IAM ARN that lapse needs: `arn:aws:iam::123456789012:role/path/name`. */
export interface IamArn {
  readonly partition: string;
  readonly account: string;
  /** `user`, `role`, `group`, `policy`, `root`, `assumed-role`, `oidc-provider` … */
  readonly type: string;
  /** After the type: path and name. */
  readonly rest: string;
}

const FORM = /^arn:([^:]*):(?:iam|sts):[^:]*:([^:]*):([^/]+)(?:\/(.+))?$/s;

export function parseIamArn(arn: string): IamArn | undefined {
  const [whole, partition = '', account = '', type = '', rest = ''] = FORM.exec(arn) ?? [];
  return whole === undefined ? undefined : { partition, account, type, rest };
}

/**
 * The same principal's ARN without its path. Names are unique in an account whatever the path, session ARNs have none, and
 * key listings give only the name; so it serves as an alias.
 */
export function pathlessArn(arn: string): string {
  const slash = arn.indexOf('/');
  return slash < 0 ? arn : `${arn.slice(0, slash)}/${arn.slice(arn.lastIndexOf('/') + 1)}`;
}

/** `AIDA…` and `AROA…`: what a deleted user or role turns into inside policies that named it. */
const UNIQUE_ID = /^(AIDA|AROA)[A-Z0-9]+$/;

/**
 * Inventory id and facts of a principal that a policy names by ARN or unique id; undefined when it is none that can act. A
 * session of a role (`assumed-role/name/session`) is that role.
 */
export function namedPrincipal(name: string):
  | {
      readonly id: string;
      readonly kind: 'user' | 'role';
      readonly nativeId: string;
      readonly account?: string;
      /** Of one session of a role: the name that its caller chose. */
      readonly session?: string;
    }
  | undefined {
  const prefix = UNIQUE_ID.exec(name)?.[1];
  if (prefix !== undefined) {
    const kind = prefix === 'AIDA' ? 'user' : 'role';
    return { id: principalId('aws', kind, name), kind, nativeId: name };
  }
  const arn = parseIamArn(name);
  if (arn === undefined) return undefined;
  const { account, partition, type, rest } = arn;
  if (type === 'user' || type === 'role')
    return { id: principalId('aws', type, name), kind: type, nativeId: name, account };
  if (type !== 'assumed-role') return undefined;
  const [role, session] = rest.split('/');
  const nativeId = `arn:${partition}:iam::${account}:role/${role}`;
  const id = principalId('aws', 'role', nativeId);
  return { id, kind: 'role', nativeId, account, ...(session === undefined ? {} : { session }) };
}
