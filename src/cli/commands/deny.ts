import { answerCommand } from '../client/answer-command.ts';

/** `lapse deny ID`: an approver's no to a request. */
export const command = answerCommand('deny');
