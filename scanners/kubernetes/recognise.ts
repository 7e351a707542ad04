import type { FileHead } from '../../src/scan/scanner.ts';
import { isTemplate } from './template.ts';

/** What a file is to the Kubernetes scanner; `helm-template` and the like are listed in the scan's result and not read. */
export type KubernetesFormat = 'manifest-yaml' | 'manifest-json' | 'cluster-version' | 'helm-template';

const API_VERSION = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\/)?v\d+(?:(?:alpha|beta)\d+)?$/;
const TOP_LEVEL = /^(["']?)(apiVersion|kind|items)\1\s*:(?:[ \t]+(.*?))?[ \t\r]*$/;

/**
 * Recognises manifests by what stands at the top level: an API version together with a kind, or with the items of a list
 * (whose kind comes last in what `kubectl` prints, maybe behind the part that is seen here).
 */
export function recogniseKubernetes(head: FileHead): KubernetesFormat | undefined {
  if (head.binary) return undefined;
  const text = head.text.trimStart();
  if (text.startsWith('{')) return recogniseJson(text);
  let format: KubernetesFormat | undefined;
  for (const document of head.text.split(/^---(?=\s|$)/m)) {
    if (!looksLikeManifest(document)) continue;
    if (!isTemplate(document)) return 'manifest-yaml';
    format = 'helm-template';
  }
  return format;
}

/** Whether a YAML document looks like an object of the Kubernetes API, without parsing it. */
export function looksLikeManifest(document: string): boolean {
  const top = new Map<string, string>();
  for (const line of document.split('\n')) {
    const match = TOP_LEVEL.exec(line);
    if (match?.[2] !== undefined && !top.has(match[2])) top.set(match[2], unquoted(match[3] ?? ''));
  }
  return isObject(top);
}

function isObject(top: ReadonlyMap<string, string>): boolean {
  const version = top.get('apiVersion');
  const kind = top.get('kind');
  if (version === undefined || (kind === undefined && !top.has('items'))) return false;
  // A client's configuration, which is for the secret scanner.
  if (version === 'v1' && kind === 'Config') return false;
  return API_VERSION.test(version) || version.includes('{{');
}

function unquoted(value: string): string {
  const bare = value.replace(/\s+#.*$/, '');
  return /^(["']).*\1$/.test(bare) ? bare.slice(1, -1) : bare;
}

function recogniseJson(text: string): KubernetesFormat | undefined {
  const top = jsonMembers(text);
  if (isObject(top)) return 'manifest-json';
  const version = top.has('serverVersion') && top.has('clientVersion');
  return version || ['major', 'minor', 'gitVersion'].every((member) => top.has(member)) ? 'cluster-version' : undefined;
}

/** The members of a JSON object that may be cut off, with the text of those that are texts. */
function jsonMembers(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  let depth = 0;
  let name: string | undefined;
  const tokens = /"((?:[^"\\]|\\.)*)"(\s*:)?|[{}[\]]/g;
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    const [token, content, colon] = match;
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') {
      if (--depth === 0) break;
    } else if (depth === 1 && colon !== undefined) {
      name = content;
      if (name !== undefined && !members.has(name)) members.set(name, '');
    } else if (depth === 1 && name !== undefined) members.set(name, content ?? '');
  }
  return members;
}
