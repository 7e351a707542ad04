import { createHash } from 'node:crypto';
import type { FileSource } from '../../src/scan/file-source.ts';
import { runScan, type ScannedFact, type ScanOptions, type ScanResult } from '../../src/scan/run.ts';
import type { Scanner, SourceFile } from '../../src/scan/scanner.ts';

/** A context for tests: a fixed clock, and a fingerprint that is none of a real key. */
export const TEST_CONTEXT: ScanOptions['context'] = {
  now: new Date('2026-03-01T12:00:00Z'),
  cluster: 'test',
  fingerprint: (value) => createHash('sha256').update(`test\0${value}`).digest('hex'),
};

/** Runs a scan and gives its facts too. */
export async function scanAll(
  sources: readonly FileSource[],
  scanners: readonly Scanner[],
  options: Partial<ScanOptions> = {},
): Promise<{ facts: readonly ScannedFact[]; result: ScanResult }> {
  const facts: ScannedFact[] = [];
  const sink = async (batch: readonly ScannedFact[]) => void facts.push(...batch);
  const result = await runScan({ sources, scanners, context: TEST_CONTEXT, sink, ...options });
  return { facts, result };
}

/** A source of contents that are at hand, by path. */
export function sourceOf(files: Readonly<Record<string, Uint8Array>>): FileSource {
  return {
    scopes: [''],
    maxFileSize: 1_000_000,
    async *files() {
      for (const [path, content] of Object.entries(files)) yield { from: 'bytes', path, unit: path, content };
    },
  };
}

/** A scanner that reads every file that is not binary, and tells each to `read`. */
export function readingScanner(read: (file: SourceFile, text: string) => void, history = false): Scanner {
  return {
    id: 'reader',
    title: 'reads everything',
    history,
    recognise: (head) => (head.binary ? undefined : 'text'),
    read: async (file) => read(file, await file.readText()),
  };
}

/** Paths and contents of a source. */
export async function contentsOf(source: FileSource): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  await scanAll([source], [readingScanner((file, text) => Object.assign(contents, { [file.path]: text }), true)]);
  return contents;
}
