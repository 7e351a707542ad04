import { type Answer, and, or } from '../../model/answer.ts';

/** OR over any number of answers: a policy can have hundreds of thousands of values. Stops at the first yes. */
export function anyOf(answers: Iterable<Answer>): Answer {
  let result: Answer = 'no';
  for (const answer of answers) {
    if (answer === 'yes') return 'yes';
    if (answer !== 'no') result = or(result, answer);
  }
  return result;
}

/** AND over any number of answers. Stops at the first no. */
export function allOf(answers: Iterable<Answer>): Answer {
  let result: Answer = 'yes';
  for (const answer of answers) {
    if (answer === 'no') return 'no';
    if (answer !== 'yes') result = and(result, answer);
  }
  return result;
}
