import { AppError } from '../../../errors.ts';
import { findingSubjects } from '../../../graph/subjects.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { CliContext } from '../../context.ts';
import { findEntity } from '../../entity.ts';
import { subjectOf } from '../../inventory/subject-of.ts';
import { openView } from '../../inventory/view.ts';
import type { Workspace } from '../../workspace.ts';

/** What the inventory has to ask policies about a row. */
interface InventoryInput {
  readonly input: JsonObject;
  /** The row that was meant. */
  readonly subject: string;
  readonly rule: string;
}

/**
 * The input that the rule was, or would be, asked with about a row of the inventory. A finding has the id of its rule and of its
 * subject, or the beginning of its fingerprint.
 *
 * @throws {AppError} ERR_STORE_NOT_FOUND, ERR_USAGE
 */
export async function inventoryInput(
  asked: string,
  about: string | undefined,
  { store }: Workspace,
  cli: CliContext,
): Promise<InventoryInput> {
  const now = cli.now();
  const view = await openView(store, { now });
  const { rule, subject } =
    about === undefined ? await byFingerprint(asked, await view.findings()) : { rule: asked, subject: undefined };
  const graph = view.graph();
  const id = subject ?? findEntity(about ?? '', graph);
  const row = subjectOf(id, graph);
  // A credential is judged with the principal that holds it.
  const judged = row.secret !== undefined && row.secret.id === id ? id : (row.principal?.id ?? id);
  for (const input of findingSubjects(graph, now)) {
    const own = input.type === 'principal' ? input.principal.id : input.secret.id;
    if (own === judged) return { input: JSON.parse(JSON.stringify(input)) as JsonObject, subject: id, rule };
  }
  throw new AppError('ERR_STORE_NOT_FOUND', `policies are not asked about ${id}`, {
    hint: 'they are asked about identities and static secrets; lapse show says what a row is',
  });
}

/** Fewer hex digits could be meant for several. */
const MIN_FINGERPRINT = 6;

async function byFingerprint(
  asked: string,
  findings: readonly { readonly rule: string; readonly subject: string; readonly fingerprint: string }[],
): Promise<{ rule: string; subject: string }> {
  const hits =
    asked.length < MIN_FINGERPRINT ? [] : findings.filter(({ fingerprint }) => fingerprint.startsWith(asked));
  const [hit, another] = hits;
  if (hit !== undefined && another === undefined) return hit;
  if (another !== undefined)
    throw new AppError('ERR_USAGE', `${asked} is the beginning of ${hits.length} fingerprints`);
  throw new AppError('ERR_USAGE', `no finding has the fingerprint ${JSON.stringify(asked)}`, {
    hint: 'lapse policy explain RULE SUBJECT, or RULE --input FILE, or --input FILE for an access decision',
  });
}
