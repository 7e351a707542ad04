import type { JsonObject } from '../../src/model/json.ts';
import { mayHold } from '../../src/scan/formats/looks-like-yaml.ts';
import type { FileHead, ScanContext, Scanner, SourceFile } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { linuxUser, machineOf } from '../linux-user.ts';
import { type Setting, tellWrittenKeys } from '../written-key.ts';
import { type Directive, directivesOf, valuesOf, wordsOf } from './unit.ts';

const NAME = /(?:^|\/)([^/]+?\.service)(?:\.in|\.j2)?(?:\.d\/[^/]+\.conf)?$/;

/** Services of systemd; see `docs/sources/systemd.md`. */
export const systemdScanner: Scanner = {
  id: 'systemd',
  title: 'systemd units',
  recognise: recogniseUnit,
  async read(file: SourceFile, context: ScanContext) {
    const directives = directivesOf(await file.readText());
    const facts = new FileFacts(context, file.path, 'linux');
    tellUnit(directives, file.path, context, facts);
    facts.end();
  },
};

/** By the section that only services have, and the name that makes a file one. */
function recogniseUnit(file: FileHead): 'unit' | undefined {
  if (file.binary || !NAME.test(file.path) || !mayHold(file, '[Service]')) return undefined;
  return /^\s*\[Service\]\s*$/m.test(file.text) ? 'unit' : undefined;
}

function tellUnit(directives: readonly Directive[], path: string, context: ScanContext, facts: FileFacts): void {
  const machine = machineOf(path, context.repository);
  const name = NAME.exec(path)?.[1] ?? path;
  const nativeId = `${machine}/${name}`;
  const place = { line: 1, column: 1 };
  const last = (directive: string) => valuesOf(directives, directive).at(-1);
  const values = (directive: string) => valuesOf(directives, directive).map(({ value }) => value);
  const dynamic = TRUE.test(last('DynamicUser')?.value ?? '');
  const user = last('User');
  const home = /(?:^|\/)(?:home|Users)\/([^/]+)\/\.config\/systemd\/user\//.exec(path)?.[1];
  const dropIn = /\.d\/[^/]+\.conf$/.test(path);
  const attributes = {
    user: user?.value ?? home ?? (dropIn ? '' : dynamic ? 'dynamic' : 'root'),
    dynamic_user: dynamic,
    exec: values('ExecStart').map((line) => wordsOf(line)[0]?.replace(/^[-@:+!|]+/, '') ?? ''),
    capabilities: values('AmbientCapabilities').flatMap(wordsOf),
    no_new_privileges: TRUE.test(last('NoNewPrivileges')?.value ?? ''),
    credentials: CREDENTIALS.flatMap((directive) => values(directive).map((value) => value.split(':')[0] ?? '')),
    environment_files: values('EnvironmentFile').map((value) => value.replace(/^-/, '')),
  };
  const unit = facts.principal(
    {
      kind: 'unit',
      nativeId,
      name,
      scope: machine.split('/'),
      // A drop-in only speaks of what it changes.
      attributes: dropIn ? withoutEmpty(attributes) : attributes,
    },
    place,
  );
  // A drop-in that says nothing of users changes nothing about them; specifiers (%i) are only known when it runs.
  const runsAs = user?.value ?? home ?? (dropIn || dynamic ? undefined : 'root');
  if (runsAs !== undefined && !runsAs.includes('%') && !runsAs.includes('{{')) {
    const at = user?.place ?? place;
    const principal = facts.name(linuxUser(machine, runsAs), at);
    facts.trust({ principal, subject: { kind: 'principal', id: unit }, declaredBy: 'subject', how: 'runs-as' }, at);
  }
  tellWrittenKeys(
    [...environment(directives), ...credentials(directives), ...optionsOf(directives)],
    { principal: unit, nativeId, kind: 'environment-key' },
    facts,
  );
}

const CREDENTIALS = [
  'LoadCredential',
  'LoadCredentialEncrypted',
  'ImportCredential',
  'SetCredential',
  'SetCredentialEncrypted',
];

function withoutEmpty(attributes: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      ([, value]) => value !== '' && value !== false && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

const TRUE = /^(?:1|yes|y|true|t|on)$/i;

function environment(directives: readonly Directive[]): readonly Setting[] {
  return valuesOf(directives, 'Environment').flatMap(({ value, place }) =>
    wordsOf(value).flatMap((word) => pair(word, '=', place)),
  );
}

/** In clear, and readable by whoever can read the unit. */
function credentials(directives: readonly Directive[]): readonly Setting[] {
  return valuesOf(directives, 'SetCredential').flatMap(({ value, place }) =>
    pair(value, ':', place).map((setting) => ({ ...setting, name: `${setting.name}_secret` })),
  );
}

/** `--password=…` on a command line, which every user of the machine can see. */
function optionsOf(directives: readonly Directive[]): readonly Setting[] {
  return valuesOf(directives, 'ExecStart').flatMap(({ value, place }) =>
    wordsOf(value).flatMap((word) => (word.startsWith('--') ? pair(word.slice(2), '=', place) : [])),
  );
}

function pair(word: string, mark: string, place: Directive['place']): readonly Setting[] {
  const at = word.indexOf(mark);
  return at <= 0 ? [] : [{ name: word.slice(0, at), text: word.slice(at + 1), place }];
}
