import type { FastifyRequest } from 'fastify';
import type { CallContext } from '../issuer/issuer.ts';

/** What the connection says about a call: for audit and policy, and whether anybody could listen to it. */
export function callOf(request: FastifyRequest): { readonly call: CallContext; readonly confidential: boolean } {
  return {
    call: { sourceIp: plainAddress(request.ip), correlationId: request.id },
    confidential: request.protocol === 'https' || isLoopback(request.ip),
  };
}

export function isLoopback(address: string): boolean {
  const plain = plainAddress(address);
  return plain === '::1' || plain.startsWith('127.');
}

/** An IPv4 address that a dual-stack socket shows as `::ffff:10.2.0.1` is an IPv4 address: networks are compared with it. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
