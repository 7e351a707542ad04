/**
 * Compiles globs of paths into one expression. A glob is matched with the end of a path, from any folder on; one that begins
 * with `/` from the root on; one that ends with `/` is everything in such a folder. `*` and `?` are within one name, `**` is
 * any number of folders, `{a,b}` a choice.
 */
export function compileGlobs(globs: readonly string[]): RegExp {
  return new RegExp(globs.map(sourceOf).join('|'), 'i');
}

function sourceOf(glob: string): string {
  const begin = glob.startsWith('/') ? '^' : '(?:^|/)';
  const parts = glob.replace(/^\//, '').match(/\*\*\/|\*\*|./g) ?? [];
  return `${begin}${parts.map((part) => WILD[part] ?? part.replace(/[\\^$.|+()[\]]/, '\\$&')).join('')}${glob.endsWith('/') ? '' : '$'}`;
}

const WILD: Readonly<Record<string, string>> = {
  '**/': '(?:[^/]+/){0,32}',
  '**': '.{0,1000}',
  '*': '[^/]*',
  '?': '[^/]',
  '{': '(?:',
  '}': ')',
  ',': '|',
};
