const HEX = new Int8Array(256).fill(-1);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  HEX[digit.charCodeAt(0)] = value;
  HEX[digit.toUpperCase().charCodeAt(0)] = value;
}

/** The value of a hex digit, negative for anything else. */
export function hexDigit(byte: number | undefined): number {
  return byte === undefined ? -1 : (HEX[byte] as number);
}

/** The value of some hex digits; -1 when there are not so many. */
export function hexNumber(bytes: Uint8Array, at: number, digits: number): number {
  let value = 0;
  for (let index = at; index < at + digits; index++) {
    const digit = hexDigit(bytes[index]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}
