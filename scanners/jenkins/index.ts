import { limitError } from '../../src/scan/formats/format-error.ts';
import type { ScanContext, Scanner, SourceFile } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { tellCredentials } from './credentials.ts';
import { tellController, tellJob, tellUser } from './home.ts';
import { tellJenkinsfile } from './jenkinsfile.ts';
import { recogniseJenkins } from './recognise.ts';
import { parseXml } from './xml.ts';

/** Characters: a file of credentials with some thousands of them has a few million. */
const MAX_TEXT = 16 * 1024 * 1024;

/** What Jenkins keeps in its home, and pipelines; see `docs/sources/jenkins.md`. */
export const jenkinsScanner: Scanner = {
  id: 'jenkins',
  title: 'Jenkins home and pipelines',
  recognise: recogniseJenkins,
  async read(file: SourceFile, context: ScanContext) {
    const format = recogniseJenkins(file);
    const text = await file.readText();
    if (text.length > MAX_TEXT) throw limitError(file.path, { line: 1, column: 1 }, 'a file that is too long');
    const facts = new FileFacts(context, file.path, 'jenkins');
    const repository = context.repository ?? 'local';
    if (format === 'jenkinsfile') tellJenkinsfile(text, file.path, repository, facts);
    else {
      const root = parseXml(text, file.path);
      if (root === undefined) return;
      const base = controllerOf(file.path, repository);
      if (format === 'job') tellJob(root, base, file.path, facts);
      else if (format === 'user') tellUser(root, base, file.path, facts);
      else if (format === 'controller') tellController(root, base, facts);
      else {
        const controller = facts.name(
          { kind: 'controller', nativeId: base, name: base, scope: base.split('/') },
          root.place,
        );
        tellCredentials(root, controller, base, facts);
      }
    }
    facts.end();
  },
};

/** The home that a file lies in: everything before the folders that Jenkins makes. */
function controllerOf(path: string, repository: string): string {
  const folder = path.replace(/(?:(?:^|\/)(?:jobs|users)\/.*|(?:^|\/)[^/]+\.xml)$/, '');
  return [repository, folder.replace(/^\/+/, '')].filter((part) => part !== '').join('/');
}
