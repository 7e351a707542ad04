import { createRegoCompiler } from '../../src/policy/compiler/compiler.ts';
import { defaultCacheFolder } from '../../src/policy/default-cache-folder.ts';
import { compileLibrary, type PolicyLibrary } from '../../src/policy/library.ts';

const MODULES = {
  'small/findings.rego': 'package lapse.findings\n\nall := set()\n',
  'small/alerts.rego': 'package lapse.alerts\n\nall := set()\n',
  'small/drift.rego': 'package lapse.drift\n\nall := set()\n',
  'small/access.rego': `package lapse.access

decision := {
	"effect": "allow",
	"rule": "small",
	"reasons": ["small"],
	"ttl_max": 60,
	"scope": {"actions": ["read"], "resources": []},
	"source_cidrs": [],
	"approvals": [],
	"notify": [],
}
`,
};

/** Policies that find nothing and allow everything: what users bring is all there is to see. */
export async function smallLibrary(): Promise<PolicyLibrary> {
  const compiler = createRegoCompiler();
  try {
    return await compileLibrary(
      { compiler, cacheFolder: defaultCacheFolder(process.env) },
      { modules: MODULES, data: {} },
    );
  } finally {
    await compiler.close();
  }
}
