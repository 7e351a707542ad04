import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseStrictYaml } from '../../src/config/strict-yaml.ts';

const schema = z.strictObject({
  kind: z.union([z.strictObject({ env: z.string() }), z.strictObject({ file: z.string() }), z.literal('none')]),
  names: z.record(z.string(), z.strictObject({ count: z.number().int() })).default({}),
});
const parse = (text: string) => parseStrictYaml(schema, { text, name: 'x.yaml', code: 'ERR_BASELINE_INVALID' });

describe('parseStrictYaml', () => {
  it('gives what the schema makes of it', () => {
    expect(parse('kind: {env: HOME}')).toEqual({ kind: { env: 'HOME' }, names: {} });
    expect(parse('kind: none\nnames: {a: {count: 1}}')).toEqual({ kind: 'none', names: { a: { count: 1 } } });
  });

  it.each([
    ['kind: {evn: HOME}', 'x.yaml:1:8: kind: unknown key "evn"', 'did you mean "env"?'],
    ['kind: {}', 'x.yaml:1:7: kind.env: invalid input: expected string, received undefined', undefined],
    ['kind: some', 'x.yaml:1:7: kind: invalid input: expected object or "none"', undefined],
    [
      'kind: none\nnames:\n  a: {count: 1.5}',
      'x.yaml:3:14: names.a.count: invalid input: expected int, received number',
      undefined,
    ],
    ['kind: none\nnames:\n  a: {cuont: 1}', 'x.yaml:3:7: names.a: unknown key "cuont"', 'did you mean "count"?'],
    ['kind: none\nnames: &n\n  a: {count: 1}\nmore: *n', 'x.yaml:4:1: unknown key "more"', 'known here: kind, names'],
  ])('says what %j lacks, with the code of its file', (text, message, hint) => {
    try {
      parse(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_BASELINE_INVALID', message });
      if (hint !== undefined) expect(error).toMatchObject({ hint: expect.stringContaining(hint) });
    }
  });
});
