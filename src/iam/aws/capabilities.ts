import type { Answer } from '../../model/answer.ts';
import type { Privilege } from '../../model/effective.ts';
import type { Subject } from './access.ts';
import { anyOf } from './answers.ts';
import { type Decision, decide, decideSome } from './decision.ts';
import { ANY_ONE, compileGlob, globCovers, STAR } from './glob.ts';
import { questionFor } from './known-actions.ts';
import { HARMLESS_WRITES, IAM_WRITE_ACTIONS, READING_VERBS, SECRET_STORES } from './privileges.ts';
import { type Asked, ask, askAction } from './question.ts';
import type { Statement } from './statement.ts';

/** What of a principal's permissions matters to policies, beside being admin. */
export function privilegesOf(subject: Subject, admin: Decision): readonly Privilege[] {
  const privileges: Privilege[] = [];
  const add = (id: string, what: string, { answer, grants }: Decision) => {
    if (answer !== 'no') privileges.push({ id, answer, what, grants });
  };
  add('admin', 'every action on every resource', admin);
  if (subject.principal.kind === 'root') return privileges;
  const iam = iamWrite(subject);
  add('iam-write', iam.what, iam);
  for (const store of SECRET_STORES) add('secrets-read', store.what, readsStore(subject, store));
  for (const { what, ...decision } of wildcardServices(subject)) add('wildcard-service', what, decision);
  const writes = wildcardWrites(subject);
  add('wildcard-resource', writes.what, writes);
  return privileges;
}

const SHOWN = 5;

function shorten(items: readonly string[]): string {
  const more = items.length > SHOWN ? ` and ${items.length - SHOWN} more` : '';
  return `${items.slice(0, SHOWN).join(', ')}${more}`;
}

function iamWrite(subject: Subject): Decision & { readonly what: string } {
  const { partition, account, policies, context, principal } = subject;
  const inAccount = [ask(`arn:${partition}:iam::${account}:*`)];
  const found = IAM_WRITE_ACTIONS.map((action) => ({
    action,
    ...decideSome(policies, questionFor(action), inAccount, context, (resource) =>
      isItself(resource, principal.nativeId),
    ),
  })).filter(({ answer }) => answer !== 'no');
  return { ...merge(found), what: shorten(found.map(({ action }) => action)) };
}

/** A right over oneself (one's own keys and password) is none over anybody else, even with wildcards before the name. */
function isItself({ glob }: Asked, arn: string): boolean {
  const name = glob.slice(glob.lastIndexOf(SLASH) + 1);
  return globCovers(glob, compileGlob(arn)) && !name.includes(STAR) && !name.includes(ANY_ONE);
}

const SLASH = 47;

/** All of a store, or all of it in the regions that the policies name. */
function readsStore(subject: Subject, store: (typeof SECRET_STORES)[number]): Decision {
  const { partition, account, policies, context } = subject;
  const regions = new Set(['*']);
  for (const { resources } of policies.allow.about(questionFor(store.actions[0] ?? ''))) {
    for (const pattern of resources.texts) {
      const [, , service, region = ''] = pattern.split(':');
      if (service === store.service && region !== '') regions.add(region);
    }
  }
  const everywhere = [...regions].map((region) =>
    ask(`arn:${partition}:${store.service}:${region}:${account}:${store.all}`),
  );
  return merge(
    store.actions.flatMap((action) =>
      everywhere.map((resource) => decide(policies, questionFor(action), resource, context)),
    ),
  );
}

const EVERYTHING = ask('*');

function wildcardServices(subject: Subject): readonly (Decision & { readonly what: string })[] {
  const { policies, context, partition } = subject;
  const wide = new Map<string, Decision & { readonly what: string }>();
  for (const { actions, resources } of policies.allow.all) {
    if (actions.inverted) {
      if (!resources.everything || resources.inverted) continue;
      const what = `everything but ${shorten(actions.texts)}`;
      // What the statement leaves open is decided by what it names least: an action that no service has.
      wide.set(what, { ...decide(policies, askAction(UNNAMED_ACTION), EVERYTHING, context), what });
      continue;
    }
    for (const text of actions.texts) {
      const service = SERVICE_WILDCARD.exec(text.toLowerCase())?.[1];
      if (service === undefined || wide.has(`${service}:*`)) continue;
      const all = resources.everything ? EVERYTHING : ask(`arn:${partition}:${service}:*`);
      const decision = decide(policies, askAction(`${service}:*`), all, context);
      if (decision.answer !== 'no') wide.set(`${service}:*`, { ...decision, what: `${service}:*` });
    }
  }
  return [...wide.values()];
}

const SERVICE_WILDCARD = /^([a-z0-9-]+):\*+$/;
const UNNAMED_ACTION = 'lapse-no-such-service:Action';

function wildcardWrites({ policies, context }: Subject): Decision & { readonly what: string } {
  const found = new Map<string, Decision>();
  let tried = 0;
  for (const statement of policies.allow.all) {
    if (!statement.resources.everything || statement.resources.inverted || statement.actions.inverted) continue;
    for (const text of writesOf(statement)) {
      if (found.has(text)) continue;
      // No policy that AWS accepts has so many; each is a question of its own.
      tried += 1;
      if (tried > MAX_TRIED) break;
      const decision = decide(policies, askAction(text), EVERYTHING, context);
      if (decision.answer !== 'no') found.set(text, decision);
    }
  }
  return { ...merge([...found.values()]), what: `${shorten([...found.keys()])} on every resource` };
}

const MAX_TRIED = 2_000;

/** Named actions that change something; whole services are reported as such, and everything as admin. */
function writesOf({ actions }: Statement): readonly string[] {
  return actions.texts.filter((text) => {
    const [, verb] = text.toLowerCase().split(':');
    if (verb === undefined || /^\*+$/.test(verb)) return false;
    if (READING_VERBS.some((reading) => verb.startsWith(reading))) return false;
    return !HARMLESS.some((glob) => globCovers(glob, compileGlob(text.toLowerCase())));
  });
}

const HARMLESS = HARMLESS_WRITES.map(compileGlob);

function merge(decisions: readonly Decision[]): Decision {
  const answer: Answer = anyOf(decisions.map((decision) => decision.answer));
  return { answer, grants: [...new Set(decisions.flatMap(({ grants }) => grants))] };
}
