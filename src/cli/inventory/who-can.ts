import { AppError } from '../../errors.ts';
import { isJudged } from '../../graph/subjects.ts';
import type { AccessQuestion } from '../../iam/evaluator.ts';
import { EVALUATORS } from '../../iam/index.ts';
import { isAbout, questionExamples } from '../../iam/question-form.ts';
import type { Answer } from '../../model/answer.ts';
import type { Principal } from '../../model/principal.ts';
import type { SourceState } from '../../model/source-state.ts';
import { type EvidenceRow, evidenceRows } from './evidence.ts';
import type { InventoryView } from './view.ts';

/** Somebody who can do what was asked, or might. */
export interface CanDoRow {
  readonly principal: Principal;
  readonly answer: Exclude<Answer, 'no'>;
  readonly evidence: readonly EvidenceRow[];
}

/** What an answer leaves open: not looked at is never "no". */
export interface AnswerCoverage {
  readonly platforms: readonly string[];
  /** Principals of which nothing was read, so that their "no" is none, and groups whose members were not. */
  readonly unread: readonly string[];
  /** Inputs that were not seen, and of how many principals; they could change an answer. */
  readonly unseen: Readonly<Record<string, number>>;
  /** Sources that were not read to their end. */
  readonly incomplete: readonly string[];
  /** Whether somebody who is not in the list may still be able to. */
  readonly open: boolean;
}

export interface WhoCan {
  readonly rows: readonly CanDoRow[];
  readonly coverage: AnswerCoverage;
}

/**
 * Asks every principal of the platforms that a question is about.
 *
 * @param platforms - asked in any case; where there are none, the form of the question decides.
 * @throws {AppError} ERR_USAGE for a question that no platform understands.
 */
export async function whoCan(
  question: AccessQuestion,
  platforms: readonly string[],
  view: InventoryView,
): Promise<WhoCan> {
  const { inventory } = view;
  const asked = EVALUATORS.filter(({ platform }) =>
    platforms.length > 0 ? platforms.includes(platform) : isAbout(platform, question),
  );
  if (asked.length === 0)
    throw new AppError('ERR_USAGE', `${JSON.stringify(question.action)} is a question about no platform`, {
      hint: `ask as the platform writes it, such as ${questionExamples().join('; ')}`,
    });
  const { effective } = view.graph();
  const rows: CanDoRow[] = [];
  const unread: string[] = [];
  const unseen = new Map<string, number>();
  const names = new Set(asked.map(({ platform }) => platform));
  const askers = new Map(asked.map(({ platform, asker }) => [platform, asker(inventory)]));
  const groupsWithMembers = new Set(
    [...inventory.trusts.values()].flatMap(({ how, principal }) => (how === 'member-of' ? [principal] : [])),
  );
  let present = false;
  for (const principal of inventory.principals.values()) {
    const isGroup = principal.kind === 'group' && EXPORTED_MEMBERS.has(principal.platform);
    if (!names.has(principal.platform) || !(isGroup || isJudged(principal))) continue;
    present = true;
    const found = askers.get(principal.platform)?.(principal.id, question) ?? { answer: 'no', grants: [], trusts: [] };
    const known = effective.get(principal.id);
    for (const what of known?.unseen ?? []) unseen.set(what, (unseen.get(what) ?? 0) + 1);
    if (found.answer !== 'no') {
      if (isGroup && !groupsWithMembers.has(principal.id)) unread.push(principal.id);
      rows.push({
        principal,
        answer: found.answer,
        evidence: evidenceRows([...new Set([...found.grants, ...found.trusts])], inventory),
      });
    } else if (known === undefined && principal.seen === 'referenced') unread.push(principal.id);
  }
  const incomplete = (await view.sources())
    .filter((state) => tellsOf(names, state) && (!state.latest.complete || state.unreadUnits > 0))
    .map(({ source }) => source);
  const unsure = rows.some(
    ({ answer }) => typeof answer === 'object' && answer.if.some((text) => /not read/.test(text)),
  );
  return {
    rows: rows.sort(byAnswer),
    coverage: {
      platforms: [...names].sort(),
      unread: unread.sort(),
      unseen: Object.fromEntries([...unseen].sort(([a], [b]) => (a < b ? -1 : 1))),
      incomplete: incomplete.sort(),
      open: !present || unread.length > 0 || incomplete.length > 0 || unsure,
    },
  };
}

/** Where an export can tell who is in a group: one of which none does may have anybody in it. */
const EXPORTED_MEMBERS: ReadonlySet<string> = new Set(['azure', 'gcp']);

/** Who can for certain comes first. */
function byAnswer(a: CanDoRow, b: CanDoRow): number {
  const key = ({ answer, principal: { platform, kind, name, id } }: CanDoRow) =>
    [answer === 'yes' ? '0' : '1', platform, kind, name, id].join('\0');
  const [left, right] = [key(a), key(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Scanners that tell of these platforms only; any other may tell of any platform. */
const TELLS_OF: Readonly<Record<string, readonly string[]>> = {
  // Findings are ours, and static secrets give nobody a right.
  findings: [],
  secrets: [],
  ...Object.fromEntries(
    ['aws', 'azure', 'gcp', 'kubernetes', 'github', 'gitlab', 'postgres', 'vault'].map((id) => [id, [id]]),
  ),
  sql: ['postgres', 'mysql'],
  ...Object.fromEntries(
    ['ssh', 'systemd', 'compose', 'jenkins', 'circleci', 'agents', 'ansible'].map((id) => [id, []]),
  ),
};

/**
 * Whether a source may hold an answer. One whose scanner may tell of any platform has said something before, or could not read what it
 * should: after a scan of one file it is one of many that had nothing to read there.
 */
function tellsOf(platforms: ReadonlySet<string>, { source, latest, tellingUnits, unreadUnits }: SourceState): boolean {
  const [scanner = ''] = source.split(':');
  const told = Object.hasOwn(TELLS_OF, scanner) ? TELLS_OF[scanner] : undefined;
  if (told === undefined) return tellingUnits > 0 || unreadUnits > 0 || latest.problems.length > 0;
  return told.some((platform) => platforms.has(platform));
}

/** What an answer leaves open, for people. */
export function coverageLines({ platforms, unread, unseen, incomplete, open }: AnswerCoverage): readonly string[] {
  return [
    ...(open ? ['not everything is known: somebody who is not listed may be able to as well'] : []),
    ...(unread.length === 0
      ? []
      : [`  nothing was read of ${unread.length} principal(s), such as ${unread.slice(0, 3).join(', ')}`]),
    ...incomplete.map((source) => `  ${source} was not read to its end`),
    ...Object.entries(unseen).map(([what, count]) => `  not seen: ${what} (of ${count} principal(s))`),
    ...(open && unread.length + incomplete.length === 0
      ? [`  look at the conditions, and at whether anything of ${platforms.join(', ')} was scanned`]
      : []),
  ];
}
