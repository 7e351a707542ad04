import type { Builtin } from './builtin.ts';
import { stringAt } from './operands.ts';
import { isJson, parseJson } from './parse-json.ts';

/** Builtins that read JSON, of which OPA's WASM runtime reads the beginning and takes it for the whole. */
export const JSON_BUILTINS: Readonly<Record<string, Builtin>> = {
  'json.unmarshal': (operands) => parseJson(stringAt(operands, 0)),

  'json.is_valid': ([text = null]) => typeof text === 'string' && isJson(text),
};
