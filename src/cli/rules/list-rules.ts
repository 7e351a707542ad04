import { safeJson } from '../../report/escape.ts';
import type { Rule } from '../../scan/secrets/rule.ts';
import type { CliContext } from '../context.ts';
import { loadOwnRules, type RulesOptions } from './own-rules.ts';

/** `lapse rules list`. */
export async function listRules(options: RulesOptions, cli: CliContext): Promise<number> {
  const { all, own } = await loadOwnRules([], options, cli);
  const ids = new Set(own.map(({ id }) => id));
  const sorted = all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (options.format === 'json') {
    const rules = sorted.map((rule) => toJson(rule, ids.has(rule.id)));
    cli.stdout.write(`${safeJson({ schema: 'lapse.rules/1', rules })}\n`);
    return 0;
  }
  const width = Math.max(0, ...sorted.map(({ id }) => id.length));
  for (const { id, confidence, title } of sorted) {
    cli.stdout.write(`${id.padEnd(width)}  ${confidence.padEnd(10)}  ${title}${ids.has(id) ? '  (your own)' : ''}\n`);
  }
  const vendors = new Set(sorted.map(({ vendor }) => vendor)).size;
  if (options.quiet !== true) cli.stderr.write(`${sorted.length} rules of ${vendors} vendors\n`);
  return 0;
}

function toJson(rule: Rule, isOwn: boolean): object {
  const { id, vendor, vendorName, title, confidence, form, platform, docs, opens, revoke, verify, files } = rule;
  return {
    id,
    vendor,
    vendor_name: vendorName,
    title,
    confidence,
    form,
    docs,
    own: isOwn,
    verifiable: verify !== undefined,
    ...(opens === undefined ? {} : { opens }),
    ...(revoke === undefined ? {} : { revoke }),
    ...(platform === undefined ? {} : { platform }),
    ...(files === undefined ? {} : { files }),
  };
}
