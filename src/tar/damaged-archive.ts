/** An archive that does not hold what it promises. The message says what, without any of its content. */
export class DamagedArchive extends Error {
  override readonly name = 'DamagedArchive';
}
