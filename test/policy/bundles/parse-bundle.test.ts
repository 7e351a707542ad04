import { describe, expect, it } from 'vitest';
import { combineBundles } from '../../../src/policy/bundles/combine-bundles.ts';
import { type Bundle, parseBundle } from '../../../src/policy/bundles/parse-bundle.ts';
import { policyRevision } from '../../../src/policy/bundles/policy-revision.ts';

const now = new Date('2026-11-23T12:00:00Z');
const MANIFEST = '{"revision": "v1", "roots": ["custom"]}';

function bundleOf(
  files: Readonly<Record<string, string>>,
  more: { name?: string; unsigned?: boolean } = {},
): Promise<Bundle> {
  const contents = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));
  return parseBundle(contents, { name: 'team', now, ...more });
}

describe('parseBundle', () => {
  it('has modules without tests, data where it stands, and the name in front', async () => {
    const bundle = await bundleOf({
      '.manifest': MANIFEST,
      'rules/a.rego': '# METADATA\n\npackage custom.rules["a-b"] # ours\n',
      'rules/a_test.rego': 'package elsewhere_test',
      'custom/limits/data.yaml': 'max: 5',
      'data.json': '{"custom": {"kinds": ["a"]}}',
      'README.md': 'text',
    });
    expect(bundle).toMatchObject({ name: 'team', revision: 'v1', roots: ['custom'] });
    expect(Object.keys(bundle.folder.modules)).toEqual(['team/rules/a.rego']);
    expect(bundle.folder.data).toEqual({ custom: { kinds: ['a'], limits: { max: 5 } } });
    expect(bundle).not.toHaveProperty('signedBy');
  });

  it('is known by its digest where it has no revision, whatever the order of its files', async () => {
    const one = await bundleOf({ '.manifest': '{"roots": ["custom"]}', 'a.rego': 'package custom.a' });
    const other = await bundleOf({ 'a.rego': 'package custom.a', '.manifest': '{"roots": ["custom"]}' });
    expect(one.revision).toMatch(/^[0-9a-f]{12}$/);
    expect(other).toEqual({ ...one, folder: other.folder });
    expect((await bundleOf({ '.manifest': '{"roots": ["custom"]}', 'a.rego': 'package custom.b' })).digest).not.toBe(
      one.digest,
    );
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'no manifest, and so every root',
      { 'a.rego': 'package custom' },
      /root "" takes in data\.lapse, which no bundle may define/,
    ],
    [
      'the root of lapse',
      { '.manifest': '{"roots": ["custom", "lapse/rules"]}' },
      /root "lapse\/rules" takes in data\.lapse/,
    ],
    ['a root of somebody else', { '.manifest': '{"roots": ["customs"]}' }, /root "customs" is not below "custom"/],
    [
      'a root in another',
      { '.manifest': '{"roots": ["custom/rules/a", "custom/rules"]}' },
      /root "custom\/rules\/a" lies in another root/,
    ],
    ['a manifest that is none', { '.manifest': '{' }, /^\.manifest: is no JSON/],
    ['a manifest of another form', { '.manifest': '{"roots": "custom"}' }, /^\.manifest: roots: /],
    [
      'a revision that is no text',
      { '.manifest': '{"roots": ["custom"], "revision": "a\\u001b"}' },
      /the revision holds what is no text/,
    ],
    ['an old Rego', { '.manifest': '{"roots": ["custom"], "rego_version": 0}' }, /another Rego version/],
    [
      'an old file',
      { '.manifest': '{"roots": ["custom"], "file_rego_versions": {"/a.rego": 0}}' },
      /another Rego version/,
    ],
    ['WebAssembly', { '.manifest': MANIFEST, 'policy.wasm': '' }, /^policy\.wasm: is a compiled policy/],
    [
      'WebAssembly in the manifest',
      { '.manifest': '{"roots": ["custom"], "wasm": [{}]}' },
      /names WebAssembly modules/,
    ],
    ['a plan', { '.manifest': MANIFEST, 'plan.json': '{}' }, /^plan\.json: is a compiled policy/],
    ['changes only', { '.manifest': MANIFEST, 'patch.json': '{"data": []}' }, /a bundle of changes only/],
    ['a manifest in a folder', { '.manifest': MANIFEST, 'x/.manifest': '{}' }, /^x\/\.manifest: expected at the top/],
    ['a binary manifest', { '.manifest.pb': '' }, /expected the manifest as JSON/],
    [
      'a policy of lapse',
      { '.manifest': MANIFEST, 'a.rego': 'package lapse.rules["key-unused"]\n' },
      /^team\/a\.rego: package lapse\.rules\.key-unused is outside of the roots \["custom"\]/,
    ],
    [
      'a policy outside of its roots',
      { '.manifest': '{"roots": ["custom/rules"]}', 'a.rego': 'package custom.access\n' },
      /package custom\.access is outside/,
    ],
    [
      'a slash in a name, for a folder',
      { '.manifest': '{"roots": ["custom/rules"]}', 'a.rego': 'package custom["rules/a"]\n' },
      /is outside of the roots/,
    ],
    [
      'a module without package',
      { '.manifest': MANIFEST, 'a.rego': 'allow := true\n' },
      /^team\/a\.rego:1:1: the package cannot be told/,
    ],
    [
      'data of lapse',
      { '.manifest': MANIFEST, 'lapse/data.json': '{"thresholds": {}}' },
      /^data\.lapse is outside of the roots/,
    ],
    [
      'data above its roots',
      { '.manifest': '{"roots": ["custom/rules"]}', 'data.json': '{"custom": {"x": 1}}' },
      /^data\.custom\.x is outside/,
    ],
    [
      'a value twice',
      { '.manifest': MANIFEST, 'data.json': '{"custom": {"x": 1}}', 'custom/data.yaml': 'x: 2' },
      /^team\/custom\/data\.yaml: data\.custom\.x is there twice/,
    ],
    [
      'a signature that nobody looks at',
      { '.manifest': MANIFEST, '.signatures.json': '{}' },
      /is signed, and no key is configured/,
    ],
  ])('refuses %s', async (_, files, message) => {
    await expect(bundleOf(files)).rejects.toMatchObject({
      code: 'ERR_POLICY_BUNDLE',
      message: expect.stringMatching(message),
    });
  });

  it('names the place in data that cannot be read', async () => {
    await expect(bundleOf({ '.manifest': MANIFEST, 'data.json': '{\n  "custom": {},\n}' })).rejects.toMatchObject({
      code: 'ERR_POLICY_INVALID',
      message: expect.stringMatching(/^team\/data\.json:3:1: invalid JSON/),
    });
    await expect(bundleOf({ '.manifest': MANIFEST, 'data.json': '[]' })).rejects.toThrow(/expected a map/);
  });

  it('takes a signature for what it is where nobody asks for one', async () => {
    expect(await bundleOf({ '.manifest': MANIFEST, '.signatures.json': '{}' }, { unsigned: true })).toMatchObject({
      revision: 'v1',
    });
  });
});

describe('combineBundles', () => {
  const none = { modules: {}, data: {} };
  const bundle = (name: string, root: string, text = '') =>
    bundleOf(
      { '.manifest': `{"roots": ["${root}"]}`, 'a.rego': `package ${root.replaceAll('/', '.')}\n${text}` },
      { name },
    );

  it('has all policies', async () => {
    const [one, other] = [await bundle('one', 'custom/rules/a'), await bundle('other', 'custom/access')];
    const folder = { modules: { 'policies/x.rego': 'package custom.lib' }, data: { custom: { limits: { max: 1 } } } };
    const combined = combineBundles(folder, [one, other]);
    expect(Object.keys(combined.modules)).toEqual(['policies/x.rego', 'one/a.rego', 'other/a.rego']);
    expect(combined.data).toEqual(folder.data);
  });

  it('refuses what two of them own', async () => {
    const bundles = [await bundle('one', 'custom/rules'), await bundle('other', 'custom/rules/a')];
    expect(() => combineBundles(none, bundles)).toThrow(/bundles one and other both own "custom\/rules"/);
    const beside = { ...none, modules: { 'policies/x.rego': 'package custom.rules.x\n' } };
    expect(() => combineBundles(beside, bundles.slice(0, 1))).toThrow(
      /^policies\/x\.rego: package custom\.rules\.x belongs to bundle one/,
    );
    const data = { ...none, data: { custom: { rules: { x: 1 } } } };
    expect(() => combineBundles(data, bundles.slice(0, 1))).toThrow(
      /^data\.custom\.rules of a policy folder belongs to bundle one/,
    );
    const named = { ...none, modules: { 'one/a.rego': 'package custom.lib\n' } };
    expect(() => combineBundles(named, bundles.slice(0, 1))).toThrow(/^one\/a\.rego: another policy has this name/);
  });
});

describe('policyRevision', () => {
  it('says which bundles there were, so that one cannot pass for another', () => {
    expect(policyRevision('sha256:ab', [])).toBe('sha256:ab');
    expect(
      policyRevision('sha256:ab', [
        { name: 'team', revision: 'v1.2-x' },
        { name: 'org', revision: 'a+org@b c%ä' },
      ]),
    ).toBe('sha256:ab+team@v1.2-x+org@a%2Borg@b%20c%25%C3%A4');
  });
});
