import type { Config } from '../../config/config.ts';
import type { PolicyException } from '../../report/compliance/compliance-report.ts';
import { type AskedRule, isOfSecrets } from '../../report/compliance/count-subjects.ts';

/**
 * What the configuration keeps scans from reading or from telling, as it is now. Comments in files and `.lapseignore` leave things
 * out too; of those the inventory knows nothing.
 *
 * @param day - ISO 8601 date: what ended before it leaves nothing out.
 */
export function leftOutOfScans(
  { scan }: Pick<Config, 'scan'>,
  rules: readonly AskedRule[],
  day: string,
): readonly PolicyException[] {
  const ofSecrets = rules.filter((rule) => isOfSecrets(rule) === true).map(({ id }) => id);
  const exclude = { name: 'scan.exclude', rules: rules.map(({ id }) => id), subjects: scan.exclude };
  const disable = { name: 'scan.disable', rules: ofSecrets, subjects: scan.disable };
  return [
    ...(scan.exclude.length === 0 ? [] : [{ ...exclude, reason: 'no scanner reads these files' }]),
    ...(scan.disable.length === 0 ? [] : [{ ...disable, reason: 'these rules for secrets are not used' }]),
    ...scan.ignore
      .filter(({ expires }) => expires === undefined || expires >= day)
      .map(({ rule, paths, reason, expires }) => ({
        name: `scan.ignore ${rule}`,
        rules: ofSecrets,
        subjects: paths,
        reason,
        ...(expires === undefined ? {} : { expires }),
      })),
  ];
}
