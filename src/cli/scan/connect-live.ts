import { COLLECTORS } from '../../../scanners/collectors.ts';
import { AppError } from '../../errors.ts';
import type { LiveSource } from '../../jobs/discover.ts';
import type { CliContext } from '../context.ts';

/**
 * Connects to the providers that are asked for: `kubernetes`, or `kubernetes=CONTEXT`. Whoever asks closes them.
 *
 * @throws AppError ERR_USAGE; what the collectors throw, and then nothing stays open
 */
export async function connectLive(asked: readonly string[], cli: CliContext): Promise<readonly LiveSource[]> {
  const sources: LiveSource[] = [];
  try {
    for (const text of new Set(asked)) {
      const [id = '', ...target] = text.split('=');
      const load = Object.hasOwn(COLLECTORS, id) ? COLLECTORS[id] : undefined;
      if (load === undefined) {
        throw new AppError('ERR_USAGE', `--live ${id}: no provider that can be asked`, {
          hint: `one of ${Object.keys(COLLECTORS).join(', ')}`,
        });
      }
      const collector = await load();
      const connection = await collector.connect(target.length === 0 ? undefined : target.join('='), cli);
      sources.push({ connection, scanner: collector.scanner });
    }
    return sources;
  } catch (error) {
    await closeLive(sources);
    throw error;
  }
}

export async function closeLive(sources: readonly LiveSource[]): Promise<void> {
  for (const { connection } of sources) await connection.close();
}
