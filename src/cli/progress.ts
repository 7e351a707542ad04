import type { ScanProgress } from '../scan/run.ts';
import type { CliContext } from './context.ts';

/** Shows on one line of the terminal how far a scan is. */
export interface ProgressLine {
  update(progress: ScanProgress): void;
  /** Takes the line away. */
  end(): void;
}

/** Short scans need no line, and none that lasts is redrawn more often. */
const FIRST_AFTER_MS = 500;
const EVERY_MS = 100;

/** Nothing is shown when stderr is no terminal, or by `--quiet`. */
export function progressLine(cli: CliContext, quiet: boolean | undefined): ProgressLine | undefined {
  if (quiet === true || !('isTTY' in cli.stderr) || cli.stderr.isTTY !== true) return undefined;
  const start = cli.now().getTime();
  let last = start + FIRST_AFTER_MS - EVERY_MS;
  let shown = false;
  return {
    update(progress) {
      const now = cli.now().getTime();
      if (now - last < EVERY_MS) return;
      last = now;
      shown = true;
      cli.stderr.write(`\r${describeProgress(progress, (now - start) / 1_000)}\u001b[K`);
    },
    end() {
      if (shown) cli.stderr.write('\r\u001b[K');
    },
  };
}

/** `1200 of 4800 files · 600/s · 35 MB · 6 s left`. */
export function describeProgress({ files, bytes, expected }: ScanProgress, seconds: number): string {
  const rate = files / Math.max(seconds, 0.001);
  const known = expected > files;
  return [
    known ? `${files} of ${expected} files` : `${files} files`,
    `${Math.round(rate)}/s`,
    `${Math.round(bytes / 1e6)} MB`,
    ...(known && rate > 0 ? [`${Math.ceil((expected - files) / rate)} s left`] : []),
  ].join(' · ');
}
