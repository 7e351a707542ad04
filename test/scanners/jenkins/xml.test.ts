import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementAt, everyElement, parseXml, textOf } from '../../../scanners/jenkins/xml.ts';
import { AppError } from '../../../src/errors.ts';

const HEAD = "<?xml version='1.1' encoding='UTF-8'?>\n";

describe('XML as Jenkins writes it', () => {
  test('elements, attributes, text, entities, CDATA and comments', () => {
    const root = parseXml(
      `${HEAD}<!-- <no/> --><a x="1 &gt; 0" y='"'>\n  <b>t &amp; &lt;u&gt; &#65;&#x42; &unknown;</b><c/>\n  <b><![CDATA[<raw>&amp;]]></b>\n</a>`,
      'f.xml',
    );
    expect(root?.attributes).toEqual(
      new Map([
        ['x', '1 > 0'],
        ['y', '"'],
      ]),
    );
    expect(textOf(root, 'b')).toBe('t & <u> AB &unknown;');
    expect(root === undefined ? [] : [...everyElement(root, 'b')].map(({ text }) => text)).toEqual([
      't & <u> AB &unknown;',
      '<raw>&amp;',
    ]);
    expect(elementAt(root, 'c')?.place).toEqual({ line: 3, column: expect.any(Number) });
    expect(textOf(root, 'c')).toBeUndefined();
    expect(textOf(root, 'd', 'e')).toBeUndefined();
  });

  test.each([
    ['<a><b></a>', '1:7: an element that is closed and not open'],
    ['<a>\n<b>', '2:1: an element that is not closed'],
    ['<a', '1:1: not XML from here on'],
    ['<a <b>', '1:1: not XML from here on'],
    ['<=>', '1:1: not XML from here on'],
    ['<a><!-- ', '1:4: not XML from here on'],
    [`${'<a>'.repeat(300)}`, '1:601: nested too deeply'],
  ])('%s', (text, message) => {
    expect(() => parseXml(text, 'f.xml')).toThrow(`f.xml:${message}`);
  });

  test('an entity of its own stays as it is written', () => {
    const text = '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>';
    // Such a declaration is none that Jenkins writes; what is left of it is text outside of the root.
    expect(parseXml(text, 'f.xml')?.text).toBe('&x;');
  });

  test('anything else is an error with its place, or nothing', () => {
    const part = fc.constantFrom(
      '<a>',
      '</a>',
      '<b x="',
      '">',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '&amp;',
      '<?',
      '?>',
      'text',
      '\n',
      '<',
      '>',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        try {
          parseXml(parts.join(''), 'f.xml');
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
    );
  });
});
