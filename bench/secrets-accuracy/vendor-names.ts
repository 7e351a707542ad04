import { readFileSync } from 'node:fs';
import { z } from 'zod';

const namesFile = z.strictObject({
  no_vendor: z.array(z.string()),
  other_names: z.record(z.string(), z.array(z.string())),
});

const names = namesFile.parse(JSON.parse(readFileSync(new URL('vendor-names.json', import.meta.url), 'utf8')));
const noVendor = new Set(names.no_vendor);

/** Whether a case is about a vendor's credential, and not about passwords, keys or URLs of anybody. */
export function namesVendor(provider: string): boolean {
  return !noVendor.has(plain(provider));
}

/**
 * Whether a rule's vendor is the one that a case names. Tools write names in many ways: `Stripe Credentials`, `fireworksai`,
 * `vultrapikey`. So the vendor must be in the provider's name, or begin with it; `vendor-names.json` has the others.
 */
export function isSameVendor(vendor: string, provider: string): boolean {
  const ours = plain(vendor);
  const theirs = plain(provider);
  if (ours === theirs || names.other_names[theirs]?.includes(vendor) === true) return true;
  return (ours.length >= 4 && theirs.includes(ours)) || (theirs.length >= 3 && ours.startsWith(theirs));
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
