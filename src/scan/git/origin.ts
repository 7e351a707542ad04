import type { GitRepository } from './open-repository.ts';

/**
 * `owner/name` of the repository's `origin`, when its address has a host and a path of at least two parts.
 *
 * @example `git@github.com:acme/shop.git`, `https://github.com/acme/shop` → `acme/shop`
 */
export function origin(repository: GitRepository): string | undefined {
  const url = repository.settings.get('remote.origin.url');
  return url === undefined ? undefined : repositoryName(url);
}

/** Reads `owner/name` out of a remote's address; credentials in it are dropped. */
export function repositoryName(url: string): string | undefined {
  const path = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/]+\/|(?:[^@/:]+@)?[\w.-]+:(?!\/))(.+)$/i.exec(url.trim())?.[1];
  const parts =
    path
      ?.replace(/\/+$/, '')
      .replace(/\.git$/, '')
      .split('/') ?? [];
  return parts.length >= 2 && parts.every((part) => /^[\w.~-]+$/.test(part)) ? parts.join('/') : undefined;
}
