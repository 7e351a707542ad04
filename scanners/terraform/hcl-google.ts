import type { Place } from '../../src/scan/formats/node.ts';
import { scalar, textOfValue, type Value } from './hcl-value.ts';

/** What the address of a service account ends in for as long as a file is read, where its project is not known. */
export const NO_EMAIL = '@unknown.iam.gserviceaccount.com';

/** Attributes that say in what part of the hierarchy something is. */
const CONTAINERS: ReadonlySet<string> = new Set(['project', 'folder', 'org_id', 'folder_id', 'parent']);

/** An attribute of a service account of Google Cloud that others name it by; undefined for any other. */
export function serviceAccount(
  address: string,
  attribute: string,
  said: (name: string) => Value | undefined,
  place: Place,
): Value | undefined {
  const [id, project] = [said('account_id'), said('project')];
  const email =
    id?.kind === 'scalar' && project?.kind === 'scalar'
      ? `${textOfValue(id)}@${textOfValue(project)}.iam.gserviceaccount.com`
      : `${address}${NO_EMAIL}`;
  if (attribute === 'email') return scalar(email, place);
  if (attribute === 'member') return scalar(`serviceAccount:${email}`, place);
  return attribute === 'id' || attribute === 'name' ? scalar(`projects/-/serviceAccounts/${email}`, place) : undefined;
}

/** A project or folder that is not known is one of its own, told from those of other folders of files. */
export function container(name: string, value: Value | undefined, folder: string, place: Place): Value | undefined {
  if (!CONTAINERS.has(name)) return value;
  const stand = (what: string) => `terraform.${folder.replaceAll('/', '.')}.${what.replaceAll(/[^\w.-]/g, '')}`;
  // Without a project it is that of the provider.
  if (value === undefined) return name === 'project' ? scalar(stand('provider'), place) : undefined;
  return value.kind === 'unknown' ? { ...value, stand: stand(value.text) } : value;
}

/** Members that are not known are somebody: they stay as what they are written as. */
export function members(name: string, value: Value | undefined): Value | undefined {
  if (value === undefined) return undefined;
  const somebody = (one: Value): Value => (one.kind === 'unknown' ? { ...one, stand: one.stand ?? one.text } : one);
  if (name === 'member') return somebody(value);
  if (name !== 'members') return value;
  const items = value.kind === 'list' ? value.items : [value];
  return { kind: 'list', items: items.map(somebody), place: value.place };
}
