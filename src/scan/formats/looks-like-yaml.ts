const YAML_NAME = /\.ya?ml$/i;
const NO_CONTENT = /^\s*(?:#.*)?$|^%/;
const BEGINS_YAML = /^\s*(?:---(?:\s|$)|\{|[!&]|["']?[\w./-]+["']?\s*:(?:\s|$))/;

/**
 * Whether a file may be YAML: by its name, or because it begins with a key and is no prose with examples in fences. So
 * manifests have no need of a certain name, and a README that shows one is none.
 */
export function looksLikeYaml(path: string, text: string): boolean {
  if (YAML_NAME.test(path)) return true;
  return BEGINS_YAML.test(firstContentLine(text)) && !/^[ \t]*```/m.test(text);
}

/** The first line that is neither empty nor a comment; a text has few before it, so that it is not split as a whole. */
function firstContentLine(text: string): string {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? text.length : end);
    if (!NO_CONTENT.test(line)) return line;
    start += line.length + 1;
  }
  return '';
}
