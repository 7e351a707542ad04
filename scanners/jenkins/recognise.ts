import { mayHold } from '../../src/scan/formats/looks-like-yaml.ts';
import type { FileHead } from '../../src/scan/scanner.ts';

export type JenkinsFormat = 'credentials' | 'job' | 'controller' | 'user' | 'jenkinsfile';

const XML = /^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[\s\S]{0,500}?-->\s*)?<([\w.$-]+)/;
const FOLDER = 'com.cloudbees.hudson.plugins.folder.Folder';
const JOBS = new Set(['project', 'flow-definition', 'maven2-moduleset', 'matrix-project', FOLDER]);
const CREDENTIALS = 'com.cloudbees.plugins.credentials.SystemCredentialsProvider';
const PIPELINE_NAME = /(?:^|\/)(?:Jenkinsfile(?:[._-][\w.-]+)?|[\w.-]+\.jenkinsfile)$/i;
/** Declarative, or scripted with a node. */
const PIPELINE = /^\s*(?:pipeline|node)\s*(?:\([^)\n]{0,200}\)\s*)?\{/m;

/** What Jenkins keeps in its home, by the root of the XML; pipelines by their name and first block. */
export function recogniseJenkins(file: FileHead): JenkinsFormat | undefined {
  if (file.binary) return undefined;
  if (PIPELINE_NAME.test(file.path))
    return PIPELINE.test(file.text) || mayHold(file, 'withCredentials') ? 'jenkinsfile' : undefined;
  if (/\.groovy$/i.test(file.path)) {
    const pipeline = mayHold(file, 'withCredentials') || (mayHold(file, 'pipeline') && mayHold(file, 'agent'));
    return pipeline && (PIPELINE.test(file.text) || /\bwithCredentials\s*\(/.test(file.text))
      ? 'jenkinsfile'
      : undefined;
  }
  const first = file.head.find((byte) => byte > 32 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf);
  if (first !== 0x3c || !/\.xml$/i.test(file.path)) return undefined;
  const root = XML.exec(file.text)?.[1];
  if (root === CREDENTIALS) return 'credentials';
  if (root === 'hudson') return 'controller';
  // `project` and `user` are common words: Ant and Maven have projects, and no builders.
  if (root === 'user') return /<(?:fullName|apiTokenStore|jenkins\.security\.)/.test(file.text) ? 'user' : undefined;
  if (root === undefined || !JOBS.has(root)) return undefined;
  const ours =
    root !== 'project' || /<(?:keepDependencies|canRoam|assignedNode|builders|concurrentBuild)\b/.test(file.text);
  return ours ? 'job' : undefined;
}
