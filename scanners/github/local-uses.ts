import type { FileFacts } from '../file-facts.ts';
import type { LocalUse } from './job.ts';

const WORKFLOW = /^\.github\/workflows\/[^/]+\.ya?ml$/;

/**
 * What a workflow or action takes from its own repository: it has whatever that logs in to. Never the other way round,
 * or two workflows that share an action would reach each other.
 */
export function tellLocalUses(user: string, repository: string, uses: readonly LocalUse[], facts: FileFacts): void {
  for (const { path, place } of uses) {
    const kind = WORKFLOW.test(path) ? 'workflow' : 'action';
    const nativeId = path === '' ? repository : `${repository}/${path}`;
    const used = facts.name({ kind, nativeId, name: path || repository, scope: repository.split('/') }, place);
    facts.trust(
      { principal: used, subject: { kind: 'principal', id: user }, declaredBy: 'subject', how: 'uses' },
      place,
    );
  }
}
