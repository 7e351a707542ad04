import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import { isPortableSegmentGlob } from '../model/segment-glob.ts';

/** Ids stand in metrics, audit and token parameters: short, lower case, no separators of their own. */
export const idSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/, 'expected an id of lower-case letters, digits, ".", "_" and "-"');

/** Two stars in a segment and one `**` are what policies can evaluate too. */
export const globSchema = z
  .string()
  .min(1)
  .refine(isPortableSegmentGlob, 'expected at most two "*" in a segment and one "**" in all');

export const cidrSchema = z.string().refine(isCidr, 'expected a network such as 10.2.0.0/16 or 2001:db8::/32');

/** `https:`, or `http:` where it cannot lead off this machine. */
export const secureUrlSchema = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackName(url.hostname)));
}, 'expected an https URL (http only on loopback)');

/** How a configured host is reached. */
export const pinnedFields = {
  private_network: z
    .boolean()
    .default(false)
    .describe('The host may have private addresses. Link-local ones never count.'),
  ca: z
    .string()
    .min(1)
    .optional()
    .describe("PEM file of the authorities that may vouch for the host; the system's when absent."),
};

/** A document that stands in a file or at a URL. */
export const documentSchema = z.union([
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({ url: secureUrlSchema, ...pinnedFields }),
]);

/** Who counts as a requester that is configured by name, and what it is in the inventory. */
export const standsForFields = {
  owners: z
    .array(z.string().min(1))
    .default([])
    .describe('People who answer for it: they may not approve its requests.'),
  principal: z.string().min(1).optional().describe('Inventory id of the principal that it stands for.'),
};

/** Only names and addresses that cannot lead off this machine. */
export function isLoopbackName(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

/** Splits `host:port`; an IPv6 host stands in brackets. */
export function splitListen(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65535) return undefined;
  if (match?.[1] !== undefined && !isIPv6(host)) return undefined;
  return { host, port };
}

function isCidr(text: string): boolean {
  const [address, bits, ...rest] = text.split('/');
  if (address === undefined || bits === undefined || rest.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  return (isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128);
}
