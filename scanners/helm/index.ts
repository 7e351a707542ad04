import { syntaxError } from '../../src/scan/formats/format-error.ts';
import { mayHold } from '../../src/scan/formats/looks-like-yaml.ts';
import { itemsAt, type Node, textAt } from '../../src/scan/formats/node.ts';
import type { FileHead, ScanContext, Scanner, SourceFile } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { readYaml } from '../yaml-file.ts';
import { readValues } from './values.ts';

const CHART = /(?:^|\/)Chart\.ya?ml$/;
const VALUES = /(?:^|\/)(?:[\w.-]+[.-])?values(?:[.-][\w.-]+)?\.ya?ml$/i;
/** Keys that charts give their values, and localisations, fixtures and design tokens of that name do not have. */
const OF_A_CHART =
  /^ *(?:serviceAccount|rbac|replicaCount|podAnnotations|podSecurityContext|securityContext|imagePullSecrets|nodeSelector|tolerations|ingress|persistence|extraEnv(?:Vars)?|fullnameOverride|nameOverride)\s*:/m;

/** Charts of Helm and their values; see `docs/sources/helm.md`. */
export const helmScanner: Scanner = {
  id: 'helm',
  title: 'Helm charts and values',
  recognise: recogniseHelm,
  async read(file: SourceFile, context: ScanContext) {
    const root = await readYaml(file);
    if (root === undefined) return;
    if (root.kind !== 'map') throw syntaxError(file.path, root.place, 'a chart or values that are no mapping');
    const facts = new FileFacts(context, file.path, 'helm');
    const base = `${context.repository ?? 'local'}/${file.path}`;
    if (CHART.test(file.path)) tellChart(root, base, facts);
    else readValues(root, base, facts);
    facts.end();
  },
};

function recogniseHelm(file: FileHead): 'chart' | 'values' | undefined {
  if (file.binary) return undefined;
  if (CHART.test(file.path))
    return /^apiVersion\s*:\s*["']?v[12]\b/m.test(file.text) && mayHold(file, 'version') ? 'chart' : undefined;
  return VALUES.test(file.path) && !/^apiVersion\s*:/m.test(file.text) && OF_A_CHART.test(file.text)
    ? 'values'
    : undefined;
}

/** A chart: where it comes from, and what it brings along. */
function tellChart(root: Node, base: string, facts: FileFacts): void {
  const nativeId = base.replace(/\/Chart\.ya?ml$/, '');
  facts.principal(
    {
      kind: 'chart',
      nativeId,
      name: textAt(root, 'name') ?? nativeId,
      scope: nativeId.split('/'),
      attributes: {
        version: textAt(root, 'version') ?? null,
        app_version: textAt(root, 'appVersion') ?? null,
        dependencies: itemsAt(root, 'dependencies').map((item) => {
          const version = textAt(item, 'version') ?? '';
          return {
            name: textAt(item, 'name') ?? '',
            repository: textAt(item, 'repository') ?? null,
            version,
            pinned: /^v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/.test(version),
          };
        }),
      },
    },
    root.place,
  );
}
