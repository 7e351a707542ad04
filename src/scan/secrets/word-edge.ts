/** Letters of ASCII, by their bytes. */
export function isUpper(code: number | undefined): boolean {
  return code !== undefined && code >= 65 && code <= 90;
}

export function isLower(code: number | undefined): boolean {
  return code !== undefined && code >= 97 && code <= 122;
}

export function isLetter(code: number | undefined): boolean {
  return isLower(code) || isUpper(code);
}

/** Whether a byte is of a word as patterns understand it: an ASCII letter, a digit or an underscore. */
export function isWordByte(code: number | undefined): boolean {
  return isLetter(code) || (code !== undefined && code >= 48 && code <= 57) || code === 95;
}

/**
 * Whether what begins with `first` goes on with a word that began before it. An escaped line end (`\n`) or a percent escape
 * (`%3D`) in front is no word.
 *
 * @param before - the three bytes in front of it, the nearest first; undefined where there is none.
 */
export function isInsideWord(
  first: number | undefined,
  ...before: readonly [number | undefined, number | undefined, number | undefined]
): boolean {
  const [nearest, second, third] = before;
  return isWordByte(first) && isWordByte(nearest) && second !== 92 && third !== 37;
}
