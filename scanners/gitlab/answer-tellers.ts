import type { FileFacts } from '../file-facts.ts';
import type { AnswerElement } from './answer-element.ts';
import type { AnswerKind } from './answer-kind.ts';
import { tellEnvironment, tellJobTokenScope, tellProject, tellRunner, tellVariable } from './answer-settings.ts';
import { tellAccessToken, tellDeployKey, tellDeployToken, tellTrigger } from './answer-tokens.ts';

/** What tells of each kind of element. */
export const TELLERS: Readonly<Record<AnswerKind, (element: AnswerElement, facts: FileFacts) => void>> = {
  'access-token': tellAccessToken,
  'deploy-key': tellDeployKey,
  'deploy-token': tellDeployToken,
  'job-token-scope': tellJobTokenScope,
  project: tellProject,
  'protected-environment': tellEnvironment,
  runner: tellRunner,
  trigger: tellTrigger,
  variable: tellVariable,
};
