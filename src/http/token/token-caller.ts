import { AppError } from '../../errors.ts';
import type { Actor, Requester } from '../../model/access-request.ts';
import { isObject } from '../../model/json.ts';
import type { Form } from '../form.ts';
import type { HttpContext } from '../options.ts';
import { provesKey } from '../sender/sender.ts';
import { refused } from '../subject-token/refused.ts';
import type { VerifiedSubject } from '../subject-token/subject-token.ts';
import type { TokenCall } from './grant.ts';

/** Who asks, with everything that the call proved. */
export interface TokenCaller {
  readonly requester: Requester;
  /** What the caller must be told with the answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Uses up what is good for one use; see {@link VerifiedSubject}. */
  consume(): Promise<void>;
}

/**
 * Checks the subject token of a call, and its actor token (RFC 8693 §2.1). What is asked for is bound to the key that the caller proved to
 * hold, and a token that is bound to a key is taken from its holder only.
 *
 * @param target - id of the target that is asked for; empty when there is none.
 * @throws {AppError} ERR_HTTP_MALFORMED when a token or its type is missing, or the type is none that we take; ERR_SUBJECT_TOKEN_REFUSED.
 */
export async function subjectCaller(call: TokenCall, context: HttpContext, target: string): Promise<TokenCaller> {
  const { form, sender, client } = call;
  const actorToken = optionalActor(form);
  const subject = await verifyToken(
    form.required('subject_token'),
    form.required('subject_token_type'),
    call,
    context,
    target,
  );
  const actor =
    actorToken === undefined ? undefined : await verifyToken(actorToken.token, actorToken.type, call, context, target);
  await sender.useProof();
  const acting = actor === undefined ? formerActor(subject) : currentActor(subject, actor);
  return {
    headers: { ...actor?.headers, ...subject.headers },
    requester: {
      ...subject.requester,
      // Whoever acts is no more free to approve than whoever is acted for.
      owners: [...new Set([...subject.requester.owners, ...(actor?.requester.owners ?? [])])],
      ...(client === undefined ? {} : { client: client.id }),
      ...(acting === undefined ? {} : { actor: acting }),
      ...(sender.cnf === undefined ? {} : { cnf: sender.cnf }),
    },
    consume: async () => {
      await subject.consume(sender.cnf);
      await actor?.consume(sender.cnf);
    },
  };
}

/** A client that asks for itself, with nothing but its own authentication. */
export async function clientCaller({ client, sender }: TokenCall): Promise<TokenCaller | undefined> {
  if (client === undefined) return undefined;
  await sender.useProof();
  const requester = { ...client.requester, ...(sender.cnf === undefined ? {} : { cnf: sender.cnf }) };
  return { requester, headers: {}, consume: async () => {} };
}

async function verifyToken(
  token: string,
  type: string,
  { call, confidential, sender, client }: TokenCall,
  context: HttpContext,
  target: string,
): Promise<VerifiedSubject> {
  const kind = context.subjectTokens.get(type);
  if (kind === undefined) throw new AppError('ERR_HTTP_MALFORMED', 'this type of token is not supported');
  const presented = { call, confidential, target, ...(client === undefined ? {} : { client: client.id }) };
  const verified = await kind.verify(token, presented);
  if (verified.cnf !== undefined && !provesKey(verified.cnf, sender)) throw refused('bound to another key');
  return verified;
}

/** RFC 8693 §2.1: token and type come together. */
function optionalActor(form: Form): { readonly token: string; readonly type: string } | undefined {
  const token = form.optional('actor_token');
  const type = form.optional('actor_token_type');
  if (token !== undefined && type !== undefined) return { token, type };
  if (token === undefined && type === undefined) return undefined;
  throw new AppError(
    'ERR_HTTP_MALFORMED',
    token === undefined ? 'actor_token_type without actor_token' : 'actor_token without actor_token_type',
  );
}

/** RFC 8693 §4.4: the subject's token itself must name who may act; of what it says, nothing may be other than the actor is. */
function currentActor({ requester, mayAct, act }: VerifiedSubject, actor: VerifiedSubject): Actor {
  const { issuer, subject, claims } = actor.requester;
  const { iss = requester.issuer, sub, ...more } = mayAct ?? {};
  const other = Object.entries(more).some(([name, value]) => claims[name] !== value);
  if (sub !== subject || iss !== issuer || other) throw refused('the subject token lets no such actor act');
  return { issuer, subject, ...(act === undefined ? {} : { act }) };
}

/** Nobody new acts: whoever the token says acted last still does. */
function formerActor({ requester, act: chain }: VerifiedSubject): Actor | undefined {
  if (chain === undefined) return undefined;
  const { iss, sub, act } = chain;
  return {
    issuer: typeof iss === 'string' ? iss : requester.issuer,
    subject: String(sub),
    ...(isObject(act) ? { act } : {}),
  };
}
