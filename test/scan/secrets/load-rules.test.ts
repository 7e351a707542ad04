import { describe, expect, it } from 'vitest';
import { loadRules } from '../../../src/scan/secrets/load-rules.ts';
import { searchImage } from '../../../src/scan/secrets/prefilter/search-image.ts';
import { keywordsOf, type RuleSet, ruleSet, searchedKeywords } from '../../../src/scan/secrets/rule-set.ts';
import { findSecretsIn } from '../../../src/scan/secrets/secret-search.ts';
import { storedImage, storedRules, storeImage, storeRules } from '../../../src/scan/secrets/stored-rules.ts';

const header = 'vendor: acme\nname: Acme\ndocs: https://acme.example/docs\nrules:\n';
const rule = (fields: string) =>
  `${header}  - id: key\n    title: Acme key\n    confidence: structured\n${fields}    examples:\n      match: [x]\n      ignore: [y]\n`;

const storedFields = `    keywords: [acme_]
    pattern: 'acme_[a-z0-9]{20}'
    length: 25
    alphabet: ascii
    files: ['*.env']
    companions:
      - fact: id
        pattern: 'id=(?<value>\\d{8})'
`;

function load(text: string) {
  return loadRules([{ path: 'acme.yaml', text }]);
}

describe('rule files', () => {
  it('make rules', () => {
    const [made] = load(rule("    keywords: [acme_]\n    pattern: 'acme_[a-z0-9]{20}'\n"));
    expect(made).toMatchObject({
      id: 'acme/key',
      vendorName: 'Acme',
      form: 'token',
      prefix: 'acme_',
      startsWithKeyword: true,
      maxLength: 25,
      openings: ['acme_'],
    });
  });

  it.each([
    ['no YAML', 'vendor: [', 'acme.yaml:1:10: '],
    ['an alias bomb', `a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n`, 'acme.yaml:1:1: '],
    ['an empty file', '', 'acme.yaml:1:1: '],
    [
      'an unknown key',
      rule("    keyword: [x]\n    keywords: [acme_]\n    pattern: 'acme_[a-z0-9]{20}'\n"),
      'acme.yaml:8:14: rules.0.keyword: ',
    ],
    [
      'a capital in a keyword',
      rule("    keywords: [Acme]\n    pattern: 'acme_[a-z0-9]{20}'\n"),
      'acme.yaml:8:16: rules.0.keywords.0: ',
    ],
    [
      'an unbounded pattern',
      rule("    keywords: [acme_]\n    pattern: 'acme_[a-z0-9]+'\n"),
      'acme.yaml:9:14: rules.0.pattern: character 14: + has no upper bound',
    ],
    [
      'a pattern that runs away',
      rule("    keywords: [acme_]\n    pattern: '[a-z]{1,99}[a-z]{1,99}[a-z]{1,99}acme_'\n"),
      'acme.yaml:9:14: rules.0.pattern: can be tried in too many ways',
    ],
    [
      'a pattern that is too long',
      rule("    keywords: [acme_]\n    pattern: 'acme_[a-z]{20000}'\n"),
      'acme.yaml:9:14: rules.0.pattern: can match 20005 bytes',
    ],
    [
      'an unknown checksum',
      rule("    keywords: [acme_]\n    pattern: 'acme_[a-z0-9]{20}'\n    checksum: crc64\n"),
      'acme.yaml:10:15: rules.0.checksum: ',
    ],
    [
      'a link that is no https',
      rule("    keywords: [acme_]\n    pattern: 'acme_[a-z0-9]{20}'\n    revoke: javascript:alert(1)\n"),
      'acme.yaml:10:13: rules.0.revoke: ',
    ],
    [
      'a length that the pattern cannot have',
      rule("    keywords: [acme_]\n    pattern: 'acme_(?<secret>[a-z0-9]{20})'\n    length: [24, 30]\n"),
      'acme.yaml:10:13: rules.0.length: the pattern captures 20 bytes',
    ],
    [
      'a length from more to less',
      rule("    keywords: [acme_]\n    pattern: 'acme_[a-z0-9]{20,30}'\n    length: [28, 26]\n"),
      'acme.yaml:10:13: rules.0.length: the pattern captures 25 to 35 bytes',
    ],
    [
      'an alphabet that the pattern always leaves',
      rule("    keywords: [acme_]\n    pattern: 'acme_[a-z0-9]{20}'\n    alphabet: base62\n"),
      'acme.yaml:10:15: rules.0.alphabet: the pattern captures more than these characters',
    ],
    [
      'a companion without a limit',
      rule(
        "    keywords: [acme_]\n    pattern: 'acme_[a-z0-9]{20}'\n    companions:\n      - fact: id\n        pattern: 'id=\\d+'\n",
      ),
      'acme.yaml:12:18: rules.0.companions.0.pattern: character 6: + has no upper bound',
    ],
    [
      'a rule without examples',
      `${header}  - id: key\n    title: x\n    confidence: structured\n    keywords: [acme_]\n    pattern: 'acme_[a-z]{9}'\n`,
      'acme.yaml:5:5: rules.0',
    ],
  ])('are refused for %s, with the place', (_, text, message) => {
    expect(() => load(text)).toThrowError(
      expect.objectContaining({ code: 'ERR_CONFIG_INVALID', message: expect.stringContaining(message) }),
    );
  });

  it('are refused with all that is wrong, what was expected, and where', () => {
    const text = `# ours
vendor: Acme Inc
rules:
  - id: key
    titel: Acme key
    confidence: sure
    keywords: [acme_]
    pattern: 'acme_[a-z]{20}'
    length: many
    companions: [{ fact: id, patern: x }]
  - words
`;
    const fields =
      'id, title, entropy, alphabet, length, files, not_files, companions, checksum, decode, docs, revoke, opens, verify, ignore_case, examples, confidence, keywords, pattern, before, open_end';
    expect(() => load(text)).toThrowError(
      expect.objectContaining({
        code: 'ERR_CONFIG_INVALID',
        message: 'acme.yaml:2:1: name: missing: expected string',
        hint: `also:
    acme.yaml:2:1: docs: missing: expected an https address
    acme.yaml:2:9: vendor: expected lower case words joined by hyphens
    acme.yaml:4:5: rules.0.title: missing: expected string
    acme.yaml:4:5: rules.0.examples: missing: expected object
    acme.yaml:5:12: rules.0.titel: unknown field: expected one of ${fields}
    acme.yaml:6:17: rules.0.confidence: expected one of "structured"|"contextual"|"generic"
    acme.yaml:9:13: rules.0.length: expected a number from 1 on, or two: [least, most]
    acme.yaml:10:18: rules.0.companions.0.pattern: missing: expected string
    acme.yaml:10:38: rules.0.companions.0.patern: unknown field
    acme.yaml:11:5: rules.1: expected record
  scanners/secrets/README.md describes rule files`,
      }),
    );
  });

  it('are refused with every pattern that is wrong', () => {
    const broken = (id: string) =>
      rule("    keywords: [acme_]\n    pattern: 'acme_[a-z]+'\n").replace(header, '').replace('id: key', `id: ${id}`);
    expect(() => load(header + broken('one') + broken('two'))).toThrowError(
      expect.objectContaining({
        message: expect.stringMatching(/^acme\.yaml:9:14: rules\.0\.pattern: /),
        hint: expect.stringMatching(/acme\.yaml:17:14: rules\.1\.pattern: /),
      }),
    );
  });

  it('are refused for more aliases than anybody needs', () => {
    const bomb = Array.from({ length: 9 }, (_, level) => `a${level}: &a${level} [${`*a${level - 1},`.repeat(9)}]`);
    expect(() => load(`a: &a-1 [x]\n${bomb.join('\n')}\n`)).toThrow(
      'acme.yaml:1:1: an alias without anchor, or more aliases than rules need',
    );
  });

  it('are refused for a rule that there is already', () => {
    const text = rule("    keywords: [acme_]\n    pattern: 'acme_[a-z0-9]{20}'\n");
    expect(() =>
      loadRules([
        { path: 'a.yaml', text },
        { path: 'b.yaml', text },
      ]),
    ).toThrow('b.yaml:5:9: rules.0.id: rule acme/key stands in a.yaml already');
  });

  it('are stored and read again, unless they have changed', () => {
    const files = [{ path: 'acme.yaml', text: rule(storedFields) }];
    const rules = loadRules(files);
    const stored = storeRules(rules);
    const read = storedRules(stored);
    expect(read?.all()).toEqual(rules.map((one) => ({ ...one, examples: { match: [], ignore: [] } })));
    expect(read?.keywords).toEqual(keywordsOf(rules));
    expect(read?.keywords.map((_, index) => read.rulesOf(index).map(({ id }) => id))).toEqual(
      keywordsOf(rules).map((keyword) => rules.flatMap(({ id, keywords }) => (keywords.includes(keyword) ? [id] : []))),
    );
    expect(storedRules(stored.replace(/"form":\d+/, '"form":0'))).toBeUndefined();
    expect(storedRules('{}')).toBeUndefined();
  });

  it('find the same by the stored image of their keywords, also when some of them do not run', () => {
    const acme = rule("    keywords: [acme_]\n    pattern: 'acme_[a-z0-9]{20}'\n");
    const all = loadRules([
      { path: 'acme.yaml', text: acme },
      { path: 'emca.yaml', text: acme.replaceAll('acme', 'emca') },
    ]);
    const stored = Buffer.from(storeImage(searchImage(searchedKeywords(all)), keywordsOf(all)));
    expect(storedImage(stored, keywordsOf(all.slice(1)))).toBeUndefined();
    const image = storedImage(stored, keywordsOf(all));
    if (image === undefined) throw new Error('not read');
    const text = Buffer.from(['acme', 'emca'].map((vendor) => `${vendor}_${'q7w3e9r5t1y8u2i6o4p0'}\n`).join(''));
    const found = (set: RuleSet) =>
      findSecretsIn(text, { rules: set, now: new Date(), honourComments: false }).secrets.map((one) => one.rule.id);
    expect(found(ruleSet(all, { rules: all, image }))).toEqual(found(ruleSet(all)));
    const some = all.slice(1);
    expect(found(ruleSet(some, { rules: all, image }))).toEqual(found(ruleSet(some)));
    expect(found(ruleSet(all))).toHaveLength(2);
  });
});
