import { looksLikeYaml, mayHold, mayLookLikeYaml } from '../../src/scan/formats/looks-like-yaml.ts';
import { isTemplate } from '../../src/scan/formats/template.ts';
import type { FileHead } from '../../src/scan/scanner.ts';

/**
 * What a file is to the Kubernetes scanner. A `helm-template` is listed as such in the result of a scan; the documents in
 * it that are no YAML before they are rendered are not read.
 */
export type KubernetesFormat = 'manifest-yaml' | 'manifest-json' | 'cluster-version' | 'helm-template';

const API_VERSION = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\/)?v\d+(?:(?:alpha|beta)\d+)?$/;
const TOP_LEVEL = /^(["']?)(apiVersion|kind|items)\1\s*:(?:[ \t](.*))?$/;
const FLOW_TOKENS = /(?:"([^"\\]*(?:\\.[^"\\]*)*)"|'([^']*)'|([\w./-]+))(\s*:)?|[{}[\]]/g;

/**
 * Recognises manifests by what stands at the top level: an API version together with a kind, or with the items of a list
 * (whose kind comes last in what `kubectl` prints, maybe behind the part that is seen here).
 */
export function recogniseKubernetes(head: FileHead): KubernetesFormat | undefined {
  // Most files are no manifests, and this is asked of all of them.
  if (head.binary || !(mayHold(head, 'apiVersion') || mayHold(head, 'gitVersion'))) return undefined;
  if (!mayLookLikeYaml(head)) return undefined;
  if (/^\s*\{\s*"/.test(head.text)) return recogniseJson(head.text);
  if (!looksLikeYaml(head.path, head.text)) return undefined;
  let format: KubernetesFormat | undefined;
  for (const document of head.text.split(/^---(?=\s|$)/m)) {
    if (!isObject(yamlMembers(document))) continue;
    if (!isTemplate(document)) return 'manifest-yaml';
    format = 'helm-template';
  }
  return format;
}

/** The members of a YAML document that matter here: at the indentation of its first line, or in braces. */
function yamlMembers(document: string): ReadonlyMap<string, string> {
  const lines = document.split('\n');
  const first = lines.find((line) => !/^\s*(?:#.*)?$/.test(line)) ?? '';
  if (/^\s*\{(?![{%])/.test(first)) return flowMembers(document);
  const members = new Map<string, string>();
  const indent = /^ */.exec(first)?.[0] ?? '';
  for (const line of lines) {
    const match = line.startsWith(indent) ? TOP_LEVEL.exec(line.slice(indent.length).trimEnd()) : null;
    if (match?.[2] !== undefined && !members.has(match[2])) members.set(match[2], unquoted(match[3] ?? ''));
  }
  return members;
}

function isObject(members: ReadonlyMap<string, string>): boolean {
  const version = members.get('apiVersion');
  const kind = members.get('kind');
  if (version === undefined || (kind === undefined && !members.has('items'))) return false;
  // A client's configuration, which is for the secret scanner.
  if (version === 'v1' && kind === 'Config') return false;
  return API_VERSION.test(version) || version.includes('{{');
}

function unquoted(value: string): string {
  const comment = value.indexOf(' #');
  const bare = (comment < 0 ? value : value.slice(0, comment)).trim();
  return /^(["']).*\1$/.test(bare) ? bare.slice(1, -1) : bare;
}

function recogniseJson(text: string): KubernetesFormat | undefined {
  const members = flowMembers(text);
  if (isObject(members)) return 'manifest-json';
  const version = members.has('serverVersion') && members.has('clientVersion');
  return version || ['major', 'minor', 'gitVersion'].every((name) => members.has(name)) ? 'cluster-version' : undefined;
}

/** The members of an object in braces that may be cut off, with those values that are texts. */
function flowMembers(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  let depth = 0;
  let name: string | undefined;
  for (const [token, double, single, plain, colon] of text.matchAll(FLOW_TOKENS)) {
    const content = double ?? single ?? plain;
    if (content === undefined) {
      depth += token === '{' || token === '[' ? 1 : -1;
      if (depth === 0) break;
    } else if (depth === 1 && colon !== undefined) {
      name = content;
      if (!members.has(name)) members.set(name, '');
    } else if (depth === 1 && name !== undefined) members.set(name, content);
  }
  return members;
}
