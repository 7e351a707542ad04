import { compileGlob, globMatches } from '../../src/iam/aws/glob.ts';
import { contentId, principalId } from '../../src/model/id.ts';
import { isObject, type Json } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { Trust, TrustSubject } from '../../src/model/trust.ts';
import { normalName } from '../../src/scan/formats/json-members.ts';
import { namedPrincipal, parseIamArn } from './arn.ts';
import type { PolicyDocument, Statement } from './policy-document.ts';

type Fault = PolicyDocument['faults'][number];

export interface RoleTrusts {
  readonly trusts: readonly Trust[];
  /** Who is named there and would otherwise not be in the inventory. */
  readonly referenced: readonly Principal[];
  readonly faults: readonly Fault[];
}

/** Who may become a role, by its trust policy: one trust per named principal of each statement and way of becoming it. */
export function roleTrusts(roleId: string, document: PolicyDocument): RoleTrusts {
  const trusts = new Map<string, Trust>();
  const referenced = new Map<string, Principal>();
  const faults = [...document.faults];
  for (const statement of document.statements) {
    for (const { subject, principal } of subjectsOf(statement, faults)) {
      if (principal !== undefined) referenced.set(principal.id, principal);
      for (const how of waysToBecome(statement, subject)) {
        const content = {
          platform: 'aws',
          principal: roleId,
          subject,
          declaredBy: 'target' as const,
          effect: statement.effect,
          how,
          ...(statement.condition === undefined ? {} : { condition: statement.condition }),
        };
        const id = contentId('trust', content);
        const locations = [...(trusts.get(id)?.locations ?? []), statement.location];
        trusts.set(id, { id, ...content, locations });
      }
    }
  }
  return { trusts: [...trusts.values()], referenced: [...referenced.values()], faults };
}

/** Whom an element names, and the row that stands for it where it is listed nowhere. */
interface Named {
  readonly subject: TrustSubject;
  readonly principal?: Principal;
}

function subjectsOf(statement: Statement, faults: Fault[]): readonly Named[] {
  const { principal, notPrincipal, location } = statement;
  if (notPrincipal !== undefined) {
    // IAM refuses it in a trust policy. Should it accept it one day, it is everybody else, so everybody is the careful reading.
    faults.push({ message: 'NotPrincipal in a trust policy', location });
    return statement.effect === 'allow' ? [{ subject: { kind: 'anyone' } }] : [];
  }
  return namedBy('trust', principal, location, faults);
}

/** Who a Principal or NotPrincipal element names; what cannot be understood is a fault. */
export function namedBy(
  policy: 'trust' | 'resource',
  principal: Json | undefined,
  location: Location,
  faults: Fault[],
): readonly Named[] {
  if (typeof principal === 'string') return [awsSubject(principal, location)];
  if (!isObject(principal)) {
    faults.push({ message: `a statement of a ${policy} policy without Principal`, location });
    return [];
  }
  return Object.entries(principal).flatMap(([type, value]) => {
    const names = (Array.isArray(value) ? value : [value]).filter((name: Json | undefined) => typeof name === 'string');
    switch (normalName(type)) {
      case 'aws':
        return names.map((name) => awsSubject(name, location));
      case 'service':
        return names.map((name) => serviceSubject(name, location));
      case 'federated':
        return names.map((name): Named => ({ subject: { kind: 'federated', issuer: issuerOf(name) } }));
      case policy === 'resource' ? 'canonicaluser' : undefined:
        return names.map((name): Named => {
          const canonical = referencedPrincipal('canonical-user', name, undefined, location);
          return { subject: { kind: 'principal', id: canonical.id }, principal: canonical };
        });
      default:
        faults.push({ message: `a principal of the unknown type "${type}" in a ${policy} policy`, location });
        return [];
    }
  });
}

const ACCOUNT_ID = /^\d{12}$/;

function awsSubject(name: string, location: Location): Named {
  if (name === '*') return { subject: { kind: 'anyone' } };
  const arn = parseIamArn(name);
  const account = ACCOUNT_ID.test(name) ? name : arn?.type === 'root' ? arn.account : undefined;
  if (account !== undefined) {
    return {
      subject: { kind: 'account', value: account },
      principal: referencedPrincipal('account', account, account, location),
    };
  }
  const named = namedPrincipal(name);
  if (named === undefined) {
    // A session of GetFederationToken, or something that IAM does not document: named, and nobody that lapse knows more of.
    const principal = referencedPrincipal('user', name, arn?.account, location);
    return { subject: { kind: 'principal', id: principal.id }, principal };
  }
  const principal = referencedPrincipal(named.kind, named.nativeId, named.account, location);
  const { session } = named;
  const subject = { kind: 'principal', id: principal.id, ...(session === undefined ? {} : { session }) } as const;
  return { subject, principal };
}

function serviceSubject(name: string, location: Location): Named {
  return {
    subject: { kind: 'service', value: name },
    principal: referencedPrincipal('service', name, undefined, location),
  };
}

/** Host and path of an OIDC provider, without its ARN; a SAML provider has only the ARN. */
function issuerOf(name: string): string {
  const arn = parseIamArn(name);
  return arn?.type === 'oidc-provider' ? arn.rest : name;
}

const SHORT_NAME = /[^/:]+$/;

/** What one row is to another, where nothing is trusted: a unit of an organization, a policy of it, a profile. */
export function relation(principal: string, subject: string, how: string, location: Location): Trust {
  const content = {
    platform: 'aws',
    principal,
    subject: { kind: 'principal', id: subject },
    declaredBy: 'target',
    effect: 'allow',
    how,
  } as const;
  return { id: contentId('trust', content), ...content, locations: [location] };
}

/** A principal that is only named by something else. */
export function referencedPrincipal(
  kind: string,
  nativeId: string,
  account: string | undefined,
  location: Location,
): Principal {
  return {
    id: principalId('aws', kind, nativeId),
    platform: 'aws',
    kind,
    nativeId,
    name: SHORT_NAME.exec(nativeId)?.[0] ?? nativeId,
    scope: account === undefined ? [] : [account],
    seen: 'referenced',
    locations: [location],
  };
}

const WAYS = [
  { action: 'sts:assumerole', how: 'assume', subjects: ['principal', 'account', 'service', 'anyone'] },
  { action: 'sts:assumerolewithwebidentity', how: 'assume-web-identity', subjects: ['federated', 'anyone'] },
  { action: 'sts:assumerolewithsaml', how: 'assume-saml', subjects: ['federated', 'anyone'] },
] as const;

function waysToBecome({ actions, notActions }: Statement, subject: TrustSubject): readonly Trust['how'][] {
  const names = (patterns: readonly string[], action: string) =>
    patterns.some((pattern) => globMatches(compileGlob(pattern.toLowerCase()), action));
  return WAYS.filter(({ action, subjects }) => {
    const named = notActions === undefined ? names(actions, action) : !names(notActions, action);
    if (!named || !subjects.some((kind) => kind === subject.kind)) return false;
    return subject.kind !== 'federated' || isSaml(subject.issuer) === (action === 'sts:assumerolewithsaml');
  }).map(({ how }) => how);
}

function isSaml(issuer: string): boolean {
  return parseIamArn(issuer)?.type === 'saml-provider';
}
