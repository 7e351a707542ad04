import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createPolicyEngine } from '../../src/policy/create-policy-engine.ts';
import { compileLibrary } from '../../src/policy/library.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'lapse-policy-'));
afterAll(() => rmSync(cacheFolder, { recursive: true }));

describe('createPolicyEngine', () => {
  it('runs', async () => {
    const library = await compileLibrary(
      {
        modules: {
          'a.rego': `# METADATA
# title: A
# custom: {id: a, severity: low}
package lapse.rules.a
finding contains {"id": "a", "subject": "s", "detail": {}}
`,
          'main.rego':
            'package lapse.findings\nall contains f if { some id; some f in data.lapse.rules[id].finding }\n',
        },
        data: {},
      },
      cacheFolder,
    );
    const engine = await createPolicyEngine({ library, cacheFolder });
    expect(await engine.findings({})).toEqual([{ id: 'a', subject: 's', detail: {}, evidence: [] }]);
    await engine.close();
  });
});
