import type { RuleFileText } from '../../src/scan/secrets/load-rules.ts';

/** A rule file of one vendor, so that tests of the engine do not depend on what vendors do. */
function acmeFile(rule: string): string {
  return `vendor: acme
name: Acme
docs: https://acme.example/docs
rules:
  - id: token
    title: Acme token
    confidence: structured
    keywords: [acme_]
${rule}`;
}

/** With one rule. */
export const ACME_RULES: RuleFileText = {
  path: 'acme.yaml',
  text: acmeFile(`    pattern: 'acme_[a-z0-9]{20}'
    examples: {match: [x], ignore: [y]}
`),
};

/** With one rule whose vendor can be asked at a host whether a token works: 200 says so, and 401 that it does not. */
export function askableAcmeRules(host: string): string {
  return acmeFile(`    pattern: 'acme_[A-Za-z0-9]{16}'
    verify:
      hosts: ['${host}']
      url: 'https://${host}/me'
      auth: { bearer: '{secret}' }
      active: { status: [200] }
      inactive: { status: [401] }
    examples: { match: ['acme_{alnum:16}'], ignore: ['acme_{alnum:8}'] }
`);
}

/** A token of these rules, another one for each letter. */
export function askableAcmeToken(letter: string): string {
  return `acme_${letter.repeat(3)}${['q7x', 'T2m', 'Z9k'].join('P4')}`;
}
