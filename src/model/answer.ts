/**
 * A three-valued answer: yes, no, or only if the named conditions hold. Unknown is never "no" (a missing ceiling, an
 * unread policy, a condition on something that only a live request has).
 */
export type Answer = 'yes' | 'no' | { readonly if: readonly string[] };

const MAX_CONDITIONS = 8;

/** AND: no beats if beats yes. */
export function and(...answers: readonly Answer[]): Answer {
  if (answers.includes('no')) return 'no';
  return fromConditions(answers, 'yes');
}

/** OR: yes beats if beats no. */
export function or(...answers: readonly Answer[]): Answer {
  if (answers.includes('yes')) return 'yes';
  return fromConditions(answers, 'no');
}

/** NOT: an `if` stays an `if`, of the opposite. */
export function not(answer: Answer): Answer {
  if (answer === 'yes') return 'no';
  if (answer === 'no') return 'yes';
  return { if: answer.if.map((condition) => `not (${condition})`) };
}

/** True for `yes` and for `if`: it cannot be ruled out. */
export function possible(answer: Answer): boolean {
  return answer !== 'no';
}

function fromConditions(answers: readonly Answer[], otherwise: 'yes' | 'no'): Answer {
  // Called millions of times in one evaluation, mostly with nothing conditional or with one answer that is.
  let only: Exclude<Answer, string> | undefined;
  let conditions: Set<string> | undefined;
  for (const answer of answers) {
    if (typeof answer === 'string' || answer === only || answer.if.length === 0) continue;
    if (only === undefined) only = answer;
    else conditions = new Set([...(conditions ?? only.if), ...answer.if]);
  }
  if (conditions === undefined && only !== undefined && only.if.length <= MAX_CONDITIONS) return only;
  const named = conditions ?? only?.if;
  return named === undefined ? otherwise : { if: [...named].slice(0, MAX_CONDITIONS) };
}
