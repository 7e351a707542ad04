import { entriesAt, itemsAt, type Node, textAt, valueAt } from '../../src/scan/formats/node.ts';
import type { ScanContext } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { describeLogin, literals, localUses, unpinned } from './job.ts';
import { tellLocalUses } from './local-uses.ts';
import { stepLogins } from './logins.ts';

/**
 * An action of the repository. It has neither a token nor secrets of its own: it runs with what the job has that uses it,
 * so that its logins are logins of every workflow that does.
 */
export function readAction(root: Node, path: string, context: ScanContext): void {
  const repository = context.repository ?? 'local';
  const facts = new FileFacts(context, path, 'github');
  const folder = path.split('/').slice(0, -1).join('/');
  const steps = itemsAt(root, 'runs', 'steps');
  const logins = steps.flatMap((step) => stepLogins(step, literals(valueAt(step, 'env'))));
  const local = steps.flatMap((step) => localUses(step, repository));
  const id = facts.principal(
    {
      kind: 'action',
      nativeId: folder === '' ? repository : `${repository}/${folder}`,
      name: textAt(root, 'name') ?? path,
      scope: repository.split('/'),
      attributes: {
        using: textAt(root, 'runs', 'using') ?? null,
        inputs: entriesAt(root, 'inputs').map(([name]) => name),
        logins: logins.map(describeLogin),
        unpinned_actions: steps.flatMap(unpinned),
      },
    },
    root.place,
  );
  for (const { principal, place } of logins) {
    if (principal === undefined) continue;
    facts.name(principal, place);
    facts.trust(
      {
        platform: 'github',
        principal: principal.id,
        subject: { kind: 'principal', id },
        declaredBy: 'subject',
        how: 'logs-in-as',
        condition: {},
      },
      place,
    );
  }
  tellLocalUses(id, repository, local, facts);
  facts.end();
}
