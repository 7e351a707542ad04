import type { Decoded, DecodeInput } from '../decoder.ts';
import { decodePrivateKey } from './private-key.ts';

const REACH = 4_096;

/**
 * The private key of a service account key file. The match is the PEM block in JSON; the members that say whose it is
 * stand around it in any order.
 *
 * https://cloud.google.com/iam/docs/keys-create-delete
 */
export function decodeGcpServiceAccountKey(input: DecodeInput): Decoded | undefined {
  const key = decodePrivateKey(input);
  if (key === undefined) return undefined;
  const around = input.text.slice(Math.max(0, input.start - REACH), input.end + REACH);
  input.effort.spend(around.length);
  const member = (name: string) =>
    new RegExp(`\\\\?"${name}\\\\?"\\s{0,4}:\\s{0,4}\\\\?"([^"\\\\]{1,256})\\\\?"`).exec(around)?.[1];
  const email = member('client_email');
  const keyId = member('private_key_id');
  const project = member('project_id');
  if (email === undefined && keyId === undefined) return undefined;
  return {
    ...key,
    confidence: email !== undefined && keyId !== undefined ? 'structured' : 'contextual',
    ...(keyId === undefined ? {} : { credentialNativeId: keyId }),
    facts: {
      ...(email === undefined ? {} : { client_email: email }),
      ...(keyId === undefined ? {} : { private_key_id: keyId }),
      ...(project === undefined ? {} : { project_id: project }),
    },
  };
}
