import { ANY_ONE, compileGlob, type Glob, STAR } from './glob.ts';

/** What is asked for: a name or ARN, or a pattern that stands for all that it matches. */
export interface Asked {
  readonly text: string;
  readonly glob: Glob;
  /** Without wildcards: then there are no parts. */
  readonly concrete: boolean;
}

/** An action that is asked for, without capitals. */
export interface ActionQuestion extends Asked {
  /** `iam` of `iam:PassRole`; undefined where it has a wildcard. */
  readonly service: string | undefined;
}

/** @example ask('arn:aws:iam::123456789012:role/*') */
export function ask(text: string): Asked {
  const glob = compileGlob(text);
  return { text, glob, concrete: !glob.some((unit) => unit === STAR || unit === ANY_ONE) };
}

/** A name as it is, whatever characters are in it. */
export function askExactly(asked: Asked): Asked {
  return { ...asked, concrete: true };
}

export function askAction(action: string): ActionQuestion {
  const lower = action.toLowerCase();
  return { ...ask(lower), service: serviceOf(lower) };
}

/** The service of an action or of a pattern of actions, when it is one. */
export function serviceOf(action: string): string | undefined {
  return SERVICE.exec(action)?.[1];
}

const SERVICE = /^([^:*?]+):/;
