import { syntaxError } from '../../src/scan/formats/format-error.ts';
import {
  entriesAt,
  entryOf,
  itemsAt,
  type Node,
  type Place,
  textAt,
  textsAt,
  valueAt,
} from '../../src/scan/formats/node.ts';
import type { ScanContext, Scanner, SourceFile } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { settingsIn, tellWrittenKeys } from '../written-key.ts';
import { readYaml } from '../yaml-file.ts';
import { recogniseCompose } from './recognise.ts';

/** Services of Compose files; see `docs/sources/compose.md`. */
export const composeScanner: Scanner = {
  id: 'compose',
  title: 'Compose services',
  recognise: recogniseCompose,
  async read(file: SourceFile, context: ScanContext) {
    const root = await readYaml(file);
    if (root === undefined) return;
    const services = entryOf(root, 'services');
    if (services?.value.kind !== 'map') {
      throw syntaxError(file.path, services?.place ?? root.place, 'services that are no mapping');
    }
    const facts = new FileFacts(context, file.path, 'compose');
    const base = `${context.repository ?? 'local'}/${file.path}`;
    for (const [name, { value, place }] of entriesAt(services.value))
      tellService(name, value, place, root, base, facts);
    facts.end();
  },
};

function tellService(name: string, node: Node, place: Place, root: Node, base: string, facts: FileFacts): void {
  const nativeId = `${base}#${name}`;
  const image = textAt(node, 'image');
  const volumes = itemsAt(node, 'volumes').map((item) => textAt(item) ?? textAt(item, 'source') ?? '');
  const secrets = itemsAt(node, 'secrets').map((item) => ({
    name: textAt(item) ?? textAt(item, 'source') ?? '',
    place: item.place,
  }));
  const principal = facts.principal(
    {
      kind: 'workload',
      nativeId,
      name,
      scope: base.split('/'),
      attributes: {
        image: image ?? null,
        pinned: image !== undefined && /@sha256:[0-9a-f]{64}$/.test(image),
        user: textAt(node, 'user') ?? null,
        privileged: textAt(node, 'privileged') === 'true',
        host_namespaces: ['network_mode', 'pid', 'ipc', 'userns_mode'].filter((key) => textAt(node, key) === 'host'),
        capabilities: textsAt(node, 'cap_add'),
        container_engine: volumes.some((volume) => ENGINE.test(volume)),
        mounted_credentials: volumes
          .filter((volume) => CREDENTIALS.test(volume))
          .map((volume) => volume.split(':')[0] ?? ''),
        secrets: secrets.map((secret) => secret.name),
        env_files: envFiles(node),
      },
    },
    place,
  );
  const holder = { principal, nativeId, kind: 'environment-key' };
  tellWrittenKeys(settingsIn(valueAt(node, 'environment')), holder, facts);
  tellWrittenKeys(settingsIn(valueAt(node, 'build', 'args')), { ...holder, kind: 'build-argument' }, facts);
  for (const secret of secrets) {
    const declared = valueAt(root, 'secrets', secret.name);
    const source = ['file', 'environment', 'external', 'content', 'driver'].find(
      (key) => entryOf(declared, key) !== undefined,
    );
    facts.credential(
      {
        kind: 'mounted-secret',
        nativeId: `${nativeId}#secret.${secret.name}`,
        principal,
        status: 'unknown',
        expiryUnknown: true,
        attributes: {
          name: secret.name,
          source: source ?? 'not declared',
          // A file of the repository is a secret of the repository.
          ...(source === 'file' ? { file: textAt(declared, 'file') ?? null } : {}),
        },
      },
      secret.place,
    );
  }
}

/** Whoever has the socket of the engine has the machine. */
const ENGINE = /(?:docker|podman|containerd)\.sock(?::|$)/;
const CREDENTIALS = /(?:^|\/)(?:\.aws|\.azure|\.kube|\.ssh|\.config\/gcloud|\.docker)(?:[/:]|$)/;

function envFiles(node: Node): readonly string[] {
  const one = textAt(node, 'env_file');
  return one === undefined
    ? itemsAt(node, 'env_file').flatMap((item) => textAt(item) ?? textAt(item, 'path') ?? [])
    : [one];
}
