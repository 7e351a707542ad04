import { principalId } from '../src/model/id.ts';
import type { PrincipalName } from './cloud-principals.ts';

/** Folders that every machine has at its top: what stands before them in a path is the machine that was exported. */
const TOP = /(?:^|\/)(?:etc|home|Users|root|usr|var|lib|run|opt|srv)\//;

/**
 * The machine that a file is of, so far as its path tells: `exports/web1/home/alice/…` is of `exports/web1`. Files that lie
 * in no such folder belong to whatever the repository is installed on.
 */
export function machineOf(path: string, repository: string | undefined): string {
  const top = TOP.exec(path);
  const before = top === null ? '' : path.slice(0, top.index).replace(/^\/+|\/+$/g, '');
  return [repository ?? 'local', before].filter((part) => part !== '').join('/');
}

/** A user of a machine. */
export function linuxUser(machine: string, user: string): PrincipalName {
  const nativeId = `${machine}/${user}`;
  return {
    id: principalId('linux', 'user', nativeId),
    platform: 'linux',
    kind: 'user',
    nativeId,
    name: user,
    scope: machine.split('/'),
  };
}
