import type { PolicySources } from '../../policy/compiler/compiler.ts';
import type { ModuleDescription } from '../../policy/compiler/module-description.ts';
import type { PolicyProblem } from '../../policy/compiler/problem.ts';

/** Packages that lapse asks are `custom.<kind>["<id>"]`. */
const ASKED = ['rules', 'access', 'alert_rules', 'drift_rules'];

/** Packages that nobody would ever ask: one with a misspelt path passes every test, and says nothing in production. */
export function unasked(modules: readonly ModuleDescription[], sources: PolicySources): readonly PolicyProblem[] {
  return modules
    .filter(({ package: path, file }) => !isAsked(path) && !isNamed(path, file, sources))
    .map(({ package: path, file, line, column }) => ({
      code: 'lapse_package_error',
      message: `nothing asks package ${path.join('.')}`,
      file,
      line,
      column,
      details: [
        'a finding is custom.rules["<id>"], an access policy custom.access["<id>"]; helpers stand below custom.lib',
      ],
    }));
}

/** `custom.access` itself holds `decision`. */
function isAsked([, kind = '', ...rest]: readonly string[]): boolean {
  if (kind === 'lib') return true;
  return ASKED.includes(kind) && (rest.length === 1 || (kind === 'access' && rest.length === 0));
}

/** Whether another file imports it, or names it in full. */
function isNamed(path: readonly string[], file: string, sources: PolicySources): boolean {
  const name = ['data', ...path].map(escapeName).join('[."\\]\\[]+');
  const pattern = new RegExp(`\\b${name}(?![\\w-])`);
  return Object.entries(sources).some(
    ([other, text]) => other !== file && !other.endsWith('_test.rego') && pattern.test(text),
  );
}

function escapeName(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
