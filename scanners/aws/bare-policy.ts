import { isObject, type Json } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import { readPositionedJson } from '../../src/scan/formats/positioned-json.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { readPolicyDocument } from './policy-document.ts';

/**
 * Reads a policy document that stands by itself. It is nobody's: what is wrong in it is told, and that no holder is known. Whoever has it
 * is in an export, a state, or a source that names the file.
 */
export async function readBarePolicy(file: SourceFile, context: ScanContext): Promise<void> {
  let version: Json | undefined;
  let statements: Json[] = [];
  let places = new Map<Json, Location>();
  await readPositionedJson(file, {
    item(member, value, placeOf) {
      if (member === 'Version') version = value;
      if (member !== 'Statement') return;
      statements.push(value);
      if (isObject(value)) places.set(value, placeOf(value));
    },
    documentEnd(end) {
      const location = places.values().next().value ?? end;
      const kind = kindOf(statements);
      const document = readPolicyDocument(
        kind,
        { ...(version === undefined ? {} : { Version: version }), Statement: statements },
        (value) => places.get(value) ?? location,
        location,
      );
      for (const fault of document.faults) context.problem(fault);
      const count = document.statements.length;
      context.notice?.({
        message: `${NAMES[kind]} of ${count} statement${count === 1 ? '' : 's'} that nobody is known to have: export the account's authorization details`,
        location,
      });
      version = undefined;
      statements = [];
      places = new Map();
    },
  });
}

const NAMES = { identity: 'a policy', trust: 'a trust policy', resource: 'the policy of a resource' } as const;

function kindOf(statements: readonly Json[]): keyof typeof NAMES {
  const named = statements.filter((one) => isObject(one) && ('Principal' in one || 'NotPrincipal' in one));
  if (named.length === 0) return 'identity';
  const isTrust = named.every(
    (one) => isObject(one) && /"sts:|"\*"/i.test(JSON.stringify(one.Action ?? '')) && !('Resource' in one),
  );
  return isTrust ? 'trust' : 'resource';
}
