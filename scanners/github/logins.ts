import { entriesAt, entryOf, type Node, type Place, textAt, valueAt } from '../../src/scan/formats/node.ts';
import { awsRole, azureServicePrincipal, gcpServiceAccount, type PrincipalName } from '../cloud-principals.ts';
import { secretsIn, withEnv } from './expressions.ts';
import { LOGIN_ACTIONS, type LoginAction, variableProvider } from './login-actions.ts';

/** Something that a job logs in to, and how. */
export interface Login {
  readonly provider: string;
  readonly method: 'static-key' | 'oidc' | 'unknown';
  /** Names of the stored secrets that it takes. */
  readonly secrets: readonly string[];
  /** The principal of the cloud, as written; null where the file does not say. */
  readonly role: string | null;
  readonly place: Place;
  /** The same principal, where the text is one. */
  readonly principal?: PrincipalName;
}

const PRINCIPALS: Readonly<Record<string, (text: string) => PrincipalName | undefined>> = {
  aws: awsRole,
  gcp: gcpServiceAccount,
  azure: azureServicePrincipal,
};

/** Logins of a step: by the action that it uses, and by the environment variables that it sets. */
export function stepLogins(step: Node, env: ReadonlyMap<string, string>): readonly Login[] {
  const uses = textAt(step, 'uses')?.split('@')[0]?.toLowerCase();
  const name = uses?.split('/').slice(0, 2).join('/') ?? '';
  const action = Object.hasOwn(LOGIN_ACTIONS, name) ? LOGIN_ACTIONS[name] : undefined;
  const login = action === undefined ? undefined : actionLogin(step, action, env);
  return [...(login === undefined ? [] : [login]), ...variableLogins(valueAt(step, 'env'))];
}

/** Logins by environment variables that stored secrets are put into, one per provider. */
export function variableLogins(env: Node | undefined): readonly Login[] {
  const logins = new Map<string, Login>();
  for (const [variable, { place, value }] of entriesAt(env)) {
    const provider = variableProvider(variable.toUpperCase());
    const secrets = secretsIn(textAt(value) ?? '');
    if (provider === undefined || secrets.length === 0) continue;
    const known = logins.get(provider);
    const all = [...new Set([...(known?.secrets ?? []), ...secrets])];
    logins.set(provider, { provider, method: 'static-key', secrets: all, role: null, place: known?.place ?? place });
  }
  return [...logins.values()];
}

function actionLogin(step: Node, action: LoginAction, env: ReadonlyMap<string, string>): Login | undefined {
  // Inputs know no case.
  const inputs = new Map(entriesAt(step, 'with').map(([name, { value }]) => [name.toLowerCase(), textAt(value) ?? '']));
  const given = action.secrets.filter((input) => isSecret(inputs.get(input)));
  const federated = action.federated?.some((wanted) => {
    const [input = '', value] = wanted.split('=');
    const text = inputs.get(input);
    return value === undefined ? Boolean(text) : text === value;
  });
  if (given.length === 0 && action.onlyWithSecret) return undefined;
  const oidc = given.length === 0 && (federated || action.federatedByDefault);
  const role = action.role === undefined ? undefined : inputs.get(action.role);
  const named = role === undefined ? null : withEnv(role, env).trim() || null;
  const principal = oidc && named !== null ? PRINCIPALS[action.provider]?.(named) : undefined;
  return {
    provider: action.provider,
    method: given.length > 0 ? 'static-key' : oidc ? 'oidc' : 'unknown',
    secrets: [...new Set([...inputs.values()].flatMap((text) => secretsIn(text)))],
    role: named?.includes('${{') ? null : named,
    place: entryOf(step, 'uses')?.place ?? step.place,
    ...(principal === undefined ? {} : { principal }),
  };
}

/** A value that is given and not just the token of the run, which expires with it. */
function isSecret(text: string | undefined): boolean {
  if (!text) return false;
  return !/^\$\{\{\s*(?:secrets\.GITHUB_TOKEN|github\.token)\s*\}\}$/i.test(text.trim());
}
