/** The project or group that an answer is of. */
export interface AnswerScope {
  readonly kind: 'project' | 'group';
  /** Its path, or `projects/ID` where the request had the number. */
  readonly nativeId: string;
  /** The rest of the request. */
  readonly rest: string;
}

const REQUEST = /(?:^|\/)(projects|groups)\/([\w.-]+(?:%2F[\w.-]+)*)(?:\/([^?#]*))?/i;

/**
 * The scope that a request names, with the path of the project encoded (`projects/acme%2Fshop/deploy_tokens`), or the path
 * of a file that was named after its request.
 */
export function scopeOf(path: string): AnswerScope | undefined {
  const [, list, id, rest = ''] = REQUEST.exec(path) ?? [];
  if (list === undefined || id === undefined) return undefined;
  const kind = list.toLowerCase() === 'projects' ? 'project' : 'group';
  const name = id.replace(/\.json$/i, '').replaceAll(/%2F/gi, '/');
  return {
    kind,
    nativeId: /^\d+$/.test(name) ? `${kind}s/${name}` : name,
    rest: rest.replace(/\.(?:json|ndjson)$/i, ''),
  };
}
