import type { Node, Place } from '../../src/scan/formats/node.ts';
import { textAt, valueAt } from '../../src/scan/formats/node.ts';

/**
 * A resource of Terraform, from whichever form of it: a state, what `terraform show` prints, a plan, a source, or one of Pulumi
 * under the type that Terraform has for it. What maps resources to facts knows no other difference between them.
 */
export interface Resource {
  /** `module.app.aws_iam_user.ci["a"]`. */
  readonly address: string;
  /** `aws_iam_user`. */
  readonly type: string;
  /** A data source is looked up and not owned: it says what others refer to, and is no fact by itself. */
  readonly mode: 'managed' | 'data';
  /** A map by the names that the provider documents. A member that is not there is not set, or not known. */
  readonly attributes: Node;
  /** Of the resource. */
  readonly place: Place;
  /** Which configuration of which provider made it; two resources of one text are of one account. */
  readonly provider?: string;
  /** Members that are known only after an apply: `true`, or such members further inside. */
  readonly unknown?: Node;
  /** Addresses, without the keys of instances, that an attribute which is not known is made of. */
  readonly references?: ReadonlyMap<string, readonly string[]>;
}

/** A text that is not empty. Providers write an empty one for what is not set. */
export function textOf({ attributes }: Resource, ...names: readonly string[]): string | undefined {
  return textAt(attributes, ...names) || undefined;
}

/** Where an attribute stands, else the resource. */
export function placeOf({ attributes, place }: Resource, ...names: readonly string[]): Place {
  return valueAt(attributes, ...names)?.place ?? place;
}

/** Whether an attribute, or something in it, is known only after an apply. */
export function isUnknown({ unknown }: Resource, name: string): boolean {
  return holdsTrue(valueAt(unknown, name));
}

function holdsTrue(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if (node.kind === 'scalar') return node.value === true;
  if (node.kind === 'list') return node.items.some(holdsTrue);
  return [...node.entries.values()].some(({ value }) => holdsTrue(value));
}

/** An address without the keys of instances. */
export function withoutKeys(address: string): string {
  return address.replaceAll(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, '');
}
