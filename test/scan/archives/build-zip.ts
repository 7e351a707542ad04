import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string | Buffer;
  readonly content: Buffer | string;
  /** 8 (deflate) unless told. */
  readonly method?: number;
  readonly encrypted?: boolean;
  /** Sizes and checksum follow the data, as in a zip that was written to a pipe. */
  readonly descriptor?: boolean;
  readonly zip64?: boolean;
  /** Instead of the true ones. */
  readonly claimedSize?: number;
  /** Data that stands in the file already: the entry shares it. */
  readonly sharesOffset?: number;
}

/** Builds a zip archive as APPNOTE.TXT describes it, or one that is wrong in the ways that are asked for. */
export function buildZip(entries: readonly ZipEntry[], prefix: Buffer = Buffer.alloc(0)): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  const deflated = new Map<Buffer | string, Buffer>();
  let offset = prefix.length;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const content = Buffer.isBuffer(entry.content) ? entry.content : Buffer.from(entry.content);
    const method = entry.method ?? 8;
    const data = method === 8 ? (deflated.get(entry.content) ?? deflateRawSync(content)) : content;
    deflated.set(entry.content, data);
    const flags = (entry.encrypted ? 1 : 0) | (entry.descriptor ? 8 : 0);
    const size = entry.claimedSize ?? content.length;
    const sum = entry.sharesOffset === undefined ? crc32(content) : 0;
    const extra = entry.zip64 === true ? zip64Extra(size, data.length) : Buffer.alloc(0);
    const sizes = (known: boolean) => {
      const fields = Buffer.alloc(12);
      if (!known) return fields;
      fields.writeUInt32LE(sum, 0);
      fields.writeUInt32LE(entry.zip64 === true ? 0xffff_ffff : data.length, 4);
      fields.writeUInt32LE(entry.zip64 === true ? 0xffff_ffff : size, 8);
      return fields;
    };
    const header = Buffer.concat([
      numbers([0x04034b50, 4], [45, 2], [flags, 2], [method, 2], [0, 4]),
      sizes(entry.descriptor !== true),
      numbers([name.length, 2], [extra.length, 2]),
    ]);
    const at = entry.sharesOffset ?? offset;
    central.push(
      numbers([0x02014b50, 4], [45, 2], [45, 2], [flags, 2], [method, 2], [0, 4]),
      sizes(true),
      numbers([name.length, 2], [extra.length, 2], [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]),
      name,
      extra,
    );
    if (entry.sharesOffset !== undefined) continue;
    const descriptor = entry.descriptor
      ? numbers([0x08074b50, 4], [sum, 4], [data.length, 4], [size, 4])
      : Buffer.alloc(0);
    local.push(header, name, extra, data, descriptor);
    offset += header.length + name.length + extra.length + data.length + descriptor.length;
  }
  const directory = Buffer.concat(central);
  const count = Math.min(entries.length, 0xffff);
  const end = numbers([0x06054b50, 4], [0, 4], [count, 2], [count, 2], [directory.length, 4], [offset, 4], [0, 2]);
  return Buffer.concat([prefix, ...local, directory, end]);
}

function zip64Extra(size: number, compressed: number): Buffer {
  const extra = Buffer.alloc(20);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(16, 2);
  extra.writeBigUInt64LE(BigInt(size), 4);
  extra.writeBigUInt64LE(BigInt(compressed), 12);
  return extra;
}

function numbers(...fields: readonly (readonly [value: number, bytes: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([value, bytes]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );
}
