import { type Builtin, LeftToOpa } from './builtin.ts';
import { stringAt } from './operands.ts';

interface Version {
  readonly numbers: readonly bigint[];
  /** Identifiers; none for a release. */
  readonly prerelease: readonly string[];
}

const NUMBER = '(0|[1-9][0-9]*)';
const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const VERSION = new RegExp(`^v?${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${IDENTIFIERS}))?(?:\\+${IDENTIFIERS})?$`);
const MAX_INT64 = 2n ** 63n - 1n;

/** Semantic Versioning 2.0.0, with OPA's leave for a leading `v`. */
export const SEMVER_BUILTINS: Readonly<Record<string, Builtin>> = {
  'semver.is_valid': ([text]) => typeof text === 'string' && parseVersion(text) !== undefined,

  'semver.compare': (operands) => {
    const [one, other] = [parseVersion(stringAt(operands, 0)), parseVersion(stringAt(operands, 1))];
    if (one === undefined || other === undefined) throw new LeftToOpa('no version');
    return compareVersions(one, other);
  },
};

function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text);
  if (match === null) return undefined;
  const numbers = match.slice(1, 4).map(BigInt);
  const prerelease = match[4]?.split('.') ?? [];
  if (numbers.some((number) => number > MAX_INT64)) return undefined;
  if (prerelease.some((identifier) => /^0[0-9]+$/.test(identifier))) return undefined;
  return { numbers, prerelease };
}

/** @see https://semver.org/#spec-item-11 */
function compareVersions(one: Version, other: Version): number {
  for (const [index, number] of one.numbers.entries()) {
    const order = sign(number, other.numbers[index] ?? 0n);
    if (order !== 0) return order;
  }
  if (one.prerelease.length === 0 || other.prerelease.length === 0)
    return sign(other.prerelease.length, one.prerelease.length);
  for (const [index, identifier] of one.prerelease.entries()) {
    const counterpart = other.prerelease[index];
    const order = counterpart === undefined ? 1 : compareIdentifiers(identifier, counterpart);
    if (order !== 0) return order;
  }
  return sign(one.prerelease.length, other.prerelease.length);
}

/** Numbers come before words, and compare as numbers. */
function compareIdentifiers(one: string, other: string): number {
  const numeric = [one, other].map((identifier) => /^[0-9]+$/.test(identifier));
  if (numeric[0] && numeric[1]) return sign(BigInt(one), BigInt(other));
  return numeric[0] === numeric[1] ? sign(one, other) : numeric[0] ? -1 : 1;
}

function sign<T extends bigint | number | string>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
