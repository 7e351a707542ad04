import { expect, it } from 'vitest';
import { parseExport } from '../../src/cli/parse-export.ts';

it.each([
  ['details.json', { path: 'details.json' }],
  ['aws=details.json', { scanner: 'aws', path: 'details.json' }],
  ['odd=name.json', { path: 'odd=name.json' }],
  [
    'aws-access-advisor=arn:aws:iam::111122223333:role/app/ci:out/advisor.json',
    { scanner: 'aws', about: 'arn:aws:iam::111122223333:role/app/ci', path: 'out/advisor.json' },
  ],
  // An ARN without a file is a file with an odd name: nothing is guessed.
  ['aws-access-advisor=arn:aws:iam::1', { scanner: 'aws', path: 'arn:aws:iam::1' }],
])('%s', (value, expected) => {
  expect(parseExport(value)).toEqual(expected);
});
