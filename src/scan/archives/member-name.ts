const LONGEST = 1_000;

/**
 * The name of a member as it is shown. It is only a name: nothing is written anywhere, so it may say what it wants
 * (`../`, an absolute path); but what a terminal would obey, or nobody could see, is escaped.
 */
export function memberName(bytes: Uint8Array): string {
  const name = Buffer.from(bytes).toString('utf8');
  const shown = name.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
  return shown.length > LONGEST ? `${[...shown].slice(0, LONGEST).join('')}…` : shown;
}
