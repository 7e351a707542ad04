import { terraformScanner } from '../../../scanners/terraform/index.ts';
import { runScan, type ScannedFact } from '../../../src/scan/run.ts';
import { describeFact } from '../describe-fact.ts';

/** What a scan of these files says, as a run reads them, in the order that they are given. */
export async function scanFolders(files: Readonly<Record<string, string>>) {
  const facts: ScannedFact[] = [];
  const result = await runScan({
    sources: [
      {
        scopes: [''],
        maxFileSize: 1_000_000,
        async *files() {
          for (const [path, text] of Object.entries(files))
            yield { from: 'bytes' as const, path, unit: path, content: Buffer.from(text) };
        },
      },
    ],
    scanners: [terraformScanner],
    context: { now: new Date('2026-01-02T03:04:05Z'), cluster: 'c1', fingerprint: () => 'f' },
    sink: async (batch) => void facts.push(...batch),
  });
  const ids = (kind: string) => facts.flatMap((fact) => (fact.kind === kind ? [fact.body.id] : []));
  return {
    facts,
    problems: result.problems.map(({ code, message }) => `${code} ${message}`),
    notices: result.notices.map(({ message, location }) => `${location.path}:${location.line}: ${message}`),
    ids: facts.map(({ kind, body }) => `${kind} ${body.id}`).sort(),
    principals: ids('principal'),
    said: facts.map(describeFact),
  };
}
