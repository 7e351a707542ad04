import { AppError } from '../../errors.ts';
import type { Form } from '../form.ts';
import type { HttpContext } from '../options.ts';
import type { SubjectTokenKind, VerifiedSubject } from '../subject-token/subject-token.ts';
import type { TokenCall } from './grant.ts';

interface PresentedToken {
  readonly kind: SubjectTokenKind;
  readonly token: string;
}

/** @throws {AppError} ERR_HTTP_MALFORMED when token or type is missing, or the type is none that we take. */
export function requireSubjectToken(form: Form, context: HttpContext): PresentedToken {
  const token = form.required('subject_token');
  const kind = context.subjectTokens.get(form.required('subject_token_type'));
  if (kind === undefined) throw new AppError('ERR_HTTP_MALFORMED', 'subject_token_type is not supported');
  return { kind, token };
}

/** @param target - id of the target that is asked for; empty when there is none. */
export function presentSubject(
  { kind, token }: PresentedToken,
  { call, confidential }: TokenCall,
  target: string,
): Promise<VerifiedSubject> {
  return kind.verify(token, { call, confidential, target });
}
