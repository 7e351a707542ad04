import { answerCommand } from '../client/answer-command.ts';

/** `lapse approve ID`: an approver's yes to a request. */
export const command = answerCommand('approve');
