import { ARITHMETIC_BUILTINS } from './arithmetic-builtins.ts';
import type { Builtin } from './builtin.ts';
import { ENCODING_BUILTINS } from './encoding-builtins.ts';
import { globMatch } from './glob-match.ts';
import { JSON_BUILTINS } from './json-builtins.ts';
import { jwtDecode } from './jwt-decode.ts';
import { NETWORK_BUILTINS } from './network-builtins.ts';
import { NUMBER_BUILTINS } from './number-builtins.ts';
import { OBJECT_BUILTINS } from './object-builtins.ts';
import { SEMVER_BUILTINS } from './semver-builtins.ts';
import { sprintf } from './sprintf.ts';
import { STRING_BUILTINS } from './string-builtins.ts';
import { TIME_BUILTINS } from './time-builtins.ts';
import { UNITS_BUILTINS } from './units-builtins.ts';

/** Builtins that run in TypeScript, by Rego name. Every other one runs in OPA's own code. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map(
  Object.entries({
    ...ARITHMETIC_BUILTINS,
    ...ENCODING_BUILTINS,
    ...JSON_BUILTINS,
    ...NETWORK_BUILTINS,
    ...NUMBER_BUILTINS,
    ...OBJECT_BUILTINS,
    ...SEMVER_BUILTINS,
    ...STRING_BUILTINS,
    ...TIME_BUILTINS,
    ...UNITS_BUILTINS,
    'glob.match': globMatch,
    'io.jwt.decode': jwtDecode,
    sprintf,
    // Evaluations are not traced.
    trace: () => true,
  }),
);
