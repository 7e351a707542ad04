import { randomBytes } from 'node:crypto';
import { AppError } from '../../errors.ts';
import { hashPassword } from '../../http/operators/password.ts';
import { SecretValue } from '../../model/secret-value.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._@-]{0,62}[A-Za-z0-9])?$/;

/**
 * Adds a person who may sign in, and draws the password: 192 random bits, shown once and kept as a hash.
 *
 * @throws {AppError} ERR_OPERATOR_EXISTS, ERR_USAGE for a name that would not do.
 */
export async function addOperator(store: IssuerStore, name: string, now: Date): Promise<SecretValue> {
  if (!NAME.test(name))
    throw new AppError(
      'ERR_USAGE',
      `operator ${JSON.stringify(name)}: expected letters, digits, ".", "_", "@" and "-"`,
    );
  const password = new SecretValue(randomBytes(24).toString('base64url'));
  const passwordHash = await hashPassword(password);
  const added = await store.write(async ({ operators, audit }) => {
    const operator = { name, human: name, groups: [], createdAt: now.toISOString(), passwordHash };
    if (!(await operators.insert(operator))) return false;
    await audit.append({ event: 'operator.added', actor: 'system', detail: { operator: name, by: 'lapse init' } }, now);
    return true;
  });
  if (!added) throw new AppError('ERR_OPERATOR_EXISTS', `operator "${name}" exists already`);
  return password;
}
