import { z } from 'zod';
import { readTarHeader, TAR_BLOCK } from '../../tar/tar-header.ts';
import type { RandomAccess } from './read-zip.ts';

/** Bytes: a manifest of an archive of images is some kilobytes. */
const LARGEST_MANIFEST = 1024 ** 2;
/** More names of one layer tell no more. */
const MOST_NAMES = 3;
/** A name with its tag, as registries have them. */
const NAME = /^[\w.\-/:@]{1,255}$/;

const manifestSchema = z.array(
  z.object({
    Config: z.string().optional(),
    RepoTags: z.array(z.string()).nullish(),
    Layers: z.array(z.string()).nullish(),
  }),
);

/**
 * The images that each layer and configuration is of, in what `docker save` wrote: names with tags by the member's name.
 * Its `manifest.json` stands behind the layers, so the headers are gone through.
 *
 * https://github.com/moby/docker-image-spec/blob/main/spec.md#combined-image-json--filesystem-changeset-format
 */
export function imageNames(archive: RandomAccess): ReadonlyMap<string, string> {
  const members = new Map<string, Set<string>>();
  for (const { Config, RepoTags, Layers } of readManifest(archive)) {
    for (const member of [...(Config === undefined ? [] : [Config]), ...(Layers ?? [])]) {
      const names = members.get(member) ?? new Set();
      for (const name of RepoTags ?? []) if (NAME.test(name) && names.size < MOST_NAMES) names.add(name);
      if (names.size > 0) members.set(member, names);
    }
  }
  return new Map([...members].map(([member, names]) => [member, [...names].join(', ')]));
}

/** Empty where there is none: then layers have no names, and are read all the same. */
function readManifest({ size, read }: RandomAccess): z.infer<typeof manifestSchema> {
  for (let at = 0; at + TAR_BLOCK <= size; ) {
    const block = read(at, TAR_BLOCK);
    at += TAR_BLOCK;
    if (block[0] === 0) continue;
    const header = readTarHeader(block);
    if (header === undefined) return [];
    if (header.name.toString() === 'manifest.json') {
      if (header.size > LARGEST_MANIFEST) return [];
      return parseManifest(Buffer.from(read(at, header.size)).toString());
    }
    at += Math.ceil(header.size / TAR_BLOCK) * TAR_BLOCK;
  }
  return [];
}

function parseManifest(text: string): z.infer<typeof manifestSchema> {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data ?? [];
  } catch {
    return [];
  }
}
