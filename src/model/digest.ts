import { hash } from 'node:crypto';

/** Names what is plain data by its content: short enough to be kept for many, and nobody finds two things with the same. */
export function digestOf(content: unknown): string {
  return hash('sha256', JSON.stringify(content), 'base64url');
}
