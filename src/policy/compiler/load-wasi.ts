import type { WASI } from 'node:wasi';
import { AppError } from '../../errors.ts';

/**
 * A WASI host without files, environment and arguments. Node announces `node:wasi` as experimental when it is loaded;
 * that one warning is dropped, since nothing of what is experimental about it (files, sockets) is in use.
 *
 * @see https://nodejs.org/api/wasi.html
 */
export function loadWasi(): WASI {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    if (rest[0] === 'ExperimentalWarning' && String(warning).startsWith('WASI ')) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    // Not an import: that would be evaluated, and warn, before the warning can be dropped.
    const loaded = process.getBuiltinModule('node:wasi');
    if (loaded === undefined) throw new AppError('ERR_POLICY_COMPILER', 'this Node has no node:wasi');
    return new loaded.WASI({ version: 'preview1', args: [], env: {} });
  } finally {
    process.emitWarning = emitWarning;
  }
}
