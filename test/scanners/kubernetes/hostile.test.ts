import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kubernetesScanner } from '../../../scanners/kubernetes/index.ts';
import { scanBytes } from '../scan-bytes.ts';

const HEAD = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: n}\n';

/** A manifest of that many service accounts, as one list. */
function list(count: number): string {
  const items = Array.from({ length: count }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: `account-${index}`, namespace: 'n', annotations: { note: 'x'.repeat(500) } },
  }));
  return JSON.stringify({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }, null, 2);
}

describe('files that are no manifests', () => {
  test.each([
    ['a binary named .yaml', Buffer.from([0x61, 0, 1, 2, 3, 0xff]), undefined],
    ['an empty file', '', undefined],
    ['prose', 'apiVersion and kind, in prose', undefined],
    ['an API version that is none', 'apiVersion: 3\nkind: x\n', undefined],
    ['a chart', 'apiVersion: v2\nname: x\n', undefined],
  ])('%s', async (_, content, format) => {
    expect(await scanBytes(kubernetesScanner, 'a.yaml', content)).toEqual({ format, facts: [], problems: [] });
  });
});

describe('files that are broken', () => {
  test('aliases that multiply', async () => {
    const laughs = `${HEAD}x: &a [${'1,'.repeat(50)}1]\n${'abcdefgh'
      .split('')
      .slice(1)
      .map((name, index) => `${name}: &${name} [${Array(50).fill(`*${'abcdefgh'[index]}`).join(',')}]\n`)
      .join('')}`;
    const { problems } = await scanBytes(kubernetesScanner, 'a.yaml', laughs);
    expect(problems).toEqual(['ERR_SCAN_LIMIT a.yaml:7:7: too many values, written out']);
  });

  test('deep nesting', async () => {
    const { problems } = await scanBytes(kubernetesScanner, 'a.yaml', `${HEAD}x: ${'{a: '.repeat(100_000)}`);
    expect(problems).toEqual([expect.stringMatching(/^ERR_SCAN_LIMIT a\.yaml:4:\d+: nested too deeply$/)]);
  });

  test('one line of a megabyte, in a kind that is read and in one that is not', async () => {
    const long = `x: ${'y'.repeat(1_000_000)}\n`;
    expect(await scanBytes(kubernetesScanner, 'a.yaml', HEAD + long)).toMatchObject({
      problems: ['ERR_SCAN_LIMIT a.yaml:1:1: a document that is too long'],
    });
    const config = `${HEAD.replace('ServiceAccount', 'ConfigMap')}${long}---\n${HEAD}`;
    expect(await scanBytes(kubernetesScanner, 'a.yaml', config)).toMatchObject({ facts: [{}], problems: [] });
  });

  test('invalid UTF-8 is read as far as it goes', async () => {
    const bytes = Buffer.concat([Buffer.from(HEAD), Buffer.from([0x23, 0xff, 0xfe, 0x0a])]);
    expect(await scanBytes(kubernetesScanner, 'a.yaml', bytes)).toMatchObject({ facts: [{}], problems: [] });
  });

  test('UTF-16, as a Windows shell redirects it', async () => {
    const bytes = Buffer.from(`\ufeff${HEAD}`, 'utf16le');
    expect(await scanBytes(kubernetesScanner, 'a.yaml', bytes)).toMatchObject({ facts: [{}], problems: [] });
  });

  test('JSON that was cut off, at any place', async () => {
    const text = list(3);
    for (let length = text.indexOf('items') + 10; length < text.length - 1; length += 37) {
      const { format, problems } = await scanBytes(kubernetesScanner, 'a.json', text.slice(0, length));
      expect([format, problems.length]).toEqual(['manifest-json', 1]);
      expect(problems[0]).toMatch(/^ERR_SCAN_SYNTAX a\.json:\d+:\d+: /);
    }
  });

  test('keys of objects are not those of prototypes', async () => {
    const text = `${HEAD.replace('kind: ServiceAccount', 'kind: constructor')}`;
    expect(await scanBytes(kubernetesScanner, 'a.yaml', text)).toMatchObject({ facts: [], problems: [] });
    const json =
      '{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a", "__proto__": {"namespace": "x"}}}';
    expect(await scanBytes(kubernetesScanner, 'a.json', json)).toMatchObject({
      facts: [{ body: { scope: ['c1', 'default'] } }],
    });
  });

  test('a rule whose lists multiply', async () => {
    const many = (prefix: string) => `[${Array.from({ length: 500 }, (_, index) => `${prefix}${index}`).join(', ')}]`;
    const text = `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules:\n- verbs: [get]\n  apiGroups: ${many('g')}\n  resources: ${many('r')}\n`;
    const { facts, problems } = await scanBytes(kubernetesScanner, 'a.yaml', text);
    expect(problems).toEqual(['a.yaml:5:3: a rule of ClusterRole "r" with too many resources']);
    expect(facts.at(-1)).toMatchObject({ kind: 'grant', body: { unknownContent: true, resources: [] } });
  });
});

describe('large lists', () => {
  test('are read element by element, however they are chunked', async () => {
    const text = list(300);
    const whole = await scanBytes(kubernetesScanner, 'a.json', text);
    expect(whole.facts).toHaveLength(300);
    expect(await scanBytes(kubernetesScanner, 'a.json', text, { chunk: 1000 })).toEqual(whole);
  });

  test('in YAML, longer than one document may be', async () => {
    const items = Array.from(
      { length: 4000 },
      (_, index) =>
        `- apiVersion: v1\n  kind: ServiceAccount\n  metadata:\n    name: account-${index}\n    annotations:\n      note: ${'x'.repeat(100)}\n`,
    );
    const text = `apiVersion: v1\nitems:\n${items.join('')}kind: List\n`;
    const { facts, problems } = await scanBytes(kubernetesScanner, 'a.yaml', text, { chunk: 65_536 });
    expect([facts.length, problems]).toEqual([4000, []]);
    expect(facts[3999]?.body.locations).toEqual([{ path: 'a.yaml', line: 2 + 3999 * 6 + 4, column: 5 }]);
  });
});

test('no material of a Secret is told, whatever holds it', async () => {
  const canary = ['canary', 'value', '4711'].join('-');
  const base64 = Buffer.from(canary).toString('base64');
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/service-account-token',
    metadata: {
      name: 's',
      namespace: 'n',
      labels: { note: canary },
      annotations: {
        'kubernetes.io/service-account.name': 'a',
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ stringData: { token: canary } }),
      },
    },
    data: { token: base64 },
    stringData: { token: canary },
  };
  for (const text of [
    JSON.stringify(secret),
    JSON.stringify(secret).replace('"data"', '"data" "'),
    `${JSON.stringify(secret)}]`,
  ]) {
    const said = JSON.stringify(await scanBytes(kubernetesScanner, 'a.json', text));
    expect(said).not.toContain(canary);
    expect(said).not.toContain(base64);
  }
});

test('no bytes give an untyped error', async () => {
  const parts = fc.oneof(
    fc.constantFrom(
      HEAD,
      'apiVersion: v1\n',
      'kind: List\n',
      'items:\n',
      '- kind: Pod\n',
      '  metadata: {name: x}\n',
      '---\n',
      '{{ x }}\n',
      'rules:\n- verbs: [get]\n',
      'subjects:\n- kind: User\n',
      'roleRef: {kind: ClusterRole, name: admin}\n',
      'kind: ClusterRoleBinding\n',
      '\t',
      '"',
      '&a *a',
      'null',
    ),
    fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(parts, { maxLength: 12 }), async (text) => {
      const { problems } = await scanBytes(kubernetesScanner, 'a.yaml', text.join(''));
      for (const problem of problems) expect(problem).toMatch(/^(?:ERR_SCAN_(?:SYNTAX|LIMIT) )?a\.yaml:\d+:\d+: /);
    }),
    { numRuns: 500 },
  );
});
