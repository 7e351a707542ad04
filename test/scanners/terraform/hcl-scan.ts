import { terraformScanner } from '../../../scanners/terraform/index.ts';
import type { Grant } from '../../../src/model/grant.ts';
import type { Principal } from '../../../src/model/principal.ts';
import type { Trust } from '../../../src/model/trust.ts';
import { scanBytes } from '../scan-bytes.ts';

/** What the scanner says of a source, by kind. */
export async function scanHcl(text: string, path = 'infra/main.tf') {
  const { facts, problems, format } = await scanBytes(terraformScanner, path, text);
  const bodies = <Body>(kind: string) => facts.filter((fact) => fact.kind === kind).map((fact) => fact.body as Body);
  return {
    format,
    problems,
    facts,
    principals: bodies<Principal>('principal'),
    grants: bodies<Grant>('grant'),
    trusts: bodies<Trust>('trust'),
  };
}

/** What a grant says, without its place and ids. */
export function said({ effect, actions, notActions, resources, notResources, condition, unknownContent }: Grant) {
  return JSON.parse(
    JSON.stringify({ effect, actions, notActions, resources, notResources, condition, unknownContent }),
  );
}
