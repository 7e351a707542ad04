const YAML_NAME = /\.ya?ml$/i;
const NO_CONTENT = /^\s*(?:#.*)?$|^%/;
const BEGINS_YAML = /^\s*(?:---(?:\s|$)|\{|[!&]|["']?[\w./-]+["']?\s*:(?:\s|$))/;

/**
 * Whether a file may be YAML: by its name, or because it begins with a key and is no prose with examples in fences. So
 * manifests have no need of a certain name, and a README that shows one is none.
 */
export function looksLikeYaml(path: string, text: string): boolean {
  if (YAML_NAME.test(path)) return true;
  const first = text.split('\n').find((line) => !NO_CONTENT.test(line));
  return first !== undefined && BEGINS_YAML.test(first) && !/^[ \t]*```/m.test(text);
}
