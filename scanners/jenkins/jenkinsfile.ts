import type { Place } from '../../src/scan/formats/node.ts';
import type { FileFacts } from '../file-facts.ts';
import { textPlaces } from '../text-places.ts';

/** A pipeline is a program: only names of credentials that are written out are known. */
const CREDENTIALS =
  /\bcredentials\s*\(\s*(["'])([^"'\n$]{1,200})\1\s*\)|\bcredentialsId\s*[:=]\s*(["'])([^"'\n$]{1,200})\3/g;
/** Steps that take only the id: `sshagent(['x'])`, `sshagent(credentials: ['x'])`. */
const AGENTS = /\bsshagent\s*\(?\s*(?:credentials\s*:\s*)?\[\s*(["'])([^"'\n$]{1,200})\1/g;
const COMPUTED = /\bcredentials\s*\(\s*(?:["'][^"'\n]*\$|\w)|\bcredentialsId\s*[:=]\s*(?:["'][^"'\n]*\$|[A-Za-z_])/;

export function tellJenkinsfile(text: string, path: string, repository: string, facts: FileFacts): void {
  const code = withoutComments(text);
  const nativeId = `${repository}/${path}`;
  const uses = new Map<string, Place>();
  const placeOf = textPlaces(code);
  const found = [...code.matchAll(CREDENTIALS), ...code.matchAll(AGENTS)].toSorted((a, b) => a.index - b.index);
  for (const match of found) {
    const id = match[4] ?? match[2] ?? '';
    const place = placeOf(match.index);
    if (!uses.has(id)) uses.set(id, place);
  }
  const principal = facts.principal(
    {
      kind: 'pipeline',
      nativeId,
      name: path,
      scope: repository.split('/'),
      attributes: {
        credentials: [...uses.keys()],
        computed_credentials: COMPUTED.test(code),
        libraries: [...code.matchAll(/@Library\s*\(\s*\[?\s*(["'])([^"'\n]{1,200})\1/g)].map(
          ([, , name]) => name ?? '',
        ),
      },
    },
    { line: 1, column: 1 },
  );
  for (const [id, place] of uses) {
    facts.credential(
      {
        kind: 'named-credential',
        nativeId: `${nativeId}#${id}`,
        principal,
        status: 'unknown',
        expiryUnknown: true,
        attributes: { name: id },
      },
      place,
    );
  }
}

/** Comments become spaces, texts stay. */
function withoutComments(text: string): string {
  return text.replace(
    /("""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*/g,
    (whole, quoted?: string) => quoted ?? whole.replace(/[^\n]/g, ' '),
  );
}
