import { AWS_TYPES } from './aws.ts';
import { AWS_WORKLOADS } from './aws-workloads.ts';
import { STATIC_KEYS } from './static-keys.ts';

const OF_AWS: ReadonlySet<string> = new Set([...AWS_TYPES, ...Object.keys(AWS_WORKLOADS), ...Object.keys(STATIC_KEYS)]);
/** Of these providers most of what has to do with identities is said by resources of many types. */
const PROVIDERS = /^(?:azuread|azurerm|github|gitlab|google|kubernetes|postgresql|vault)_/;

/** Whether a resource of a type can say something of identities: a source without any needs no parser. */
export function isMapped(type: string): boolean {
  return OF_AWS.has(type) || PROVIDERS.test(type);
}
