import { looksLikeYaml, mayHold, mayLookLikeYaml } from '../../src/scan/formats/looks-like-yaml.ts';
import type { FileHead } from '../../src/scan/scanner.ts';
import { recogniseDump } from './dump-kind.ts';

export type GithubFormat = 'workflow' | 'action' | 'api-answer';

const WORKFLOW_PATH = /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/i;
const ACTION_PATH = /(?:^|\/)action\.ya?ml$/i;
/** A YAML 1.1 tool that wrote the file anew has turned the key `on` into `true`. */
const TRIGGERS = /^(["']?)(?:on|true)\1\s*:/m;
const JOBS = /^(["']?)jobs\1\s*:/m;
const RUNS = /^(["']?)runs\1\s*:/m;

/** Workflows by their triggers and jobs at the top level, wherever they lie; also whatever lies where GitHub looks. */
export function recogniseGithub(head: FileHead): GithubFormat | undefined {
  if (head.binary) return undefined;
  if (WORKFLOW_PATH.test(head.path)) return 'workflow';
  if (ACTION_PATH.test(head.path)) return RUNS.test(head.text) ? 'action' : undefined;
  const dump = recogniseDump(head);
  if (dump !== undefined) return dump;
  if (!mayHold(head, 'jobs') || !mayLookLikeYaml(head)) return undefined;
  const workflow = TRIGGERS.test(head.text) && JOBS.test(head.text) && looksLikeYaml(head.path, head.text);
  return workflow ? 'workflow' : undefined;
}
