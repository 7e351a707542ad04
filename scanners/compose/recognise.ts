import { mayHold } from '../../src/scan/formats/looks-like-yaml.ts';
import type { FileHead } from '../../src/scan/scanner.ts';

const NAME = /(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/i;
const SERVICES = /^(["']?)services\1\s*:/m;
/** A mapping: that of GitLab is a list. */
const NAMED_SERVICES = /^(["']?)services\1\s*:[^\S\n]*(?:#.*)?\n(?:[^\S\n]*(?:#.*)?\n)* +["']?[\w.-]+["']?\s*:/m;
/** In the first mapping below a service. */
const OF_A_SERVICE = /^ +(["']?)(?:image|build)\1\s*:/m;
/** Kubernetes, CI and frameworks have `services` too. */
const OTHER = /^(["']?)(?:apiVersion|jobs|on|stages|kind|parameters|plugins)\1\s*:/m;

/** Compose files by their name, or by services that have an image or are built. */
export function recogniseCompose(file: FileHead): 'compose' | undefined {
  if (file.binary || !/\.ya?ml$/i.test(file.path) || !mayHold(file, 'services') || !SERVICES.test(file.text))
    return undefined;
  if (NAME.test(file.path)) return 'compose';
  return NAMED_SERVICES.test(file.text) && OF_A_SERVICE.test(file.text) && !OTHER.test(file.text)
    ? 'compose'
    : undefined;
}
