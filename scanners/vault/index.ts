import { jsonPieces } from '../../src/scan/formats/json.ts';
import { entriesAt, type Node, type Place, textAt, valueAt } from '../../src/scan/formats/node.ts';
import { textChunks } from '../../src/scan/formats/text-chunks.ts';
import type { ScanContext, Scanner, SourceFile } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { readAuthRole, roleKind } from './auth-roles.ts';
import { readDatabaseRole } from './database-roles.ts';
import { hclPolicy } from './hcl-policy.ts';
import { readIdentity } from './identity.ts';
import { policyName, type VaultPath, vaultPath } from './names.ts';
import { type PathRule, pathRules } from './policy-rules.ts';
import { recogniseVault } from './recognise.ts';
import { readAccessors, readSecretId, readToken } from './tokens.ts';

/** Policies, auth roles and tokens of Vault and OpenBao; see docs/sources/vault.md. */
export const vaultScanner: Scanner = {
  id: 'vault',
  title: 'Vault and OpenBao policies, roles and tokens',
  recognise: recogniseVault,
  async read(file, context) {
    const reader = new VaultReader(file, context);
    try {
      await reader.read();
    } finally {
      reader.end();
    }
  },
};

class VaultReader {
  readonly #file: SourceFile;
  readonly #context: ScanContext;
  readonly #facts: FileFacts;
  /** No answer says which server it is of: it is called as the configuration says. */
  readonly #server: string;
  readonly #issuers = new Map<string, string>();
  /** Roles wait for the configuration of their mount, which may come later. */
  readonly #roles: (() => void)[] = [];

  constructor(file: SourceFile, context: ScanContext) {
    this.#file = file;
    this.#context = context;
    this.#facts = new FileFacts(context, file.path, 'vault');
    this.#server = context.cluster;
  }

  async read(): Promise<void> {
    const format = recogniseVault(this.#file);
    if (format === 'policy-hcl') {
      await this.#policyText(stem(this.#file.path), await this.#file.readText(), { line: 1, column: 1 }, true);
      return;
    }
    // Everything of an answer belongs together, so that nothing comes singly.
    for await (const { node } of jsonPieces(textChunks(this.#file.stream()), this.#file.path, () => undefined)) {
      if (format === 'policy-json') {
        let whole = true;
        const rules = pathRules(node, (message, place) => {
          whole = false;
          this.#broken(message, place);
        });
        this.#policy(stem(this.#file.path), rules, node.place, whole);
      } else await this.#document(node);
    }
  }

  end(): void {
    for (const tell of this.#roles) tell();
    this.#facts.end();
  }

  readonly #broken = (message: string, place: Place) => this.#facts.problem(message, place);

  /** One answer, or several by the paths that were read. */
  async #document(node: Node): Promise<void> {
    const keyed = entriesAt(node).filter(([key]) => vaultPath(key) !== undefined);
    for (const [key, { value, place }] of keyed) await this.#answer(value, vaultPath(key), place);
    if (keyed.length === 0) await this.#answer(node, vaultPath(this.#file.path), node.place);
  }

  async #answer(answer: Node, path: VaultPath | undefined, place: Place): Promise<void> {
    const data = valueAt(answer, 'data') ?? answer;
    if (path?.kind === 'entity' || path?.kind === 'group') {
      readIdentity(data, path.kind, path.id, place, this.#server, this.#facts);
      return;
    }
    if (path?.kind === 'database-role' && textAt(data, 'db_name') !== undefined) {
      readDatabaseRole(data, path, place, this.#server, this.#facts);
      return;
    }
    const policy = textAt(data, 'policy') ?? textAt(data, 'rules');
    if (policy !== undefined && (path === undefined || path.kind === 'policy')) {
      const name = textAt(data, 'name') ?? (path?.kind === 'policy' ? path.name : stem(this.#file.path));
      await this.#policyText(name, policy, place, false);
    } else if (path?.kind === 'accessors') readAccessors(data, place, this.#server, this.#facts);
    else if (path?.kind === 'config') {
      const issuer = textAt(data, 'bound_issuer') || textAt(data, 'oidc_discovery_url');
      if (issuer) this.#issuers.set(path.mount, issuer.replace(/^https:\/\//, '').replace(/\/$/, ''));
    } else if (path?.kind === 'secret-id') readSecretId(data, path.mount, path.role, place, this.#server, this.#facts);
    else if (textAt(data, 'accessor') !== undefined && valueAt(data, 'policies') !== undefined) {
      readToken(data, place, this.#server, this.#facts, this.#context.now);
    } else this.#role(data, path, place);
  }

  #role(data: Node, path: VaultPath | undefined, place: Place): void {
    const kind = roleKind(data);
    if (kind === undefined) return;
    const mount =
      path?.kind === 'role'
        ? path.mount
        : kind.replace(/-?role$/, '') === ''
          ? 'unknown'
          : kind === 'approle'
            ? kind
            : kind.replace(/-role$/, '');
    const name = path?.kind === 'role' ? path.name : stem(this.#file.path);
    this.#roles.push(() =>
      readAuthRole(data, kind, mount, name, place, {
        server: this.#server,
        cluster: this.#context.cluster,
        facts: this.#facts,
        issuer: (of) => this.#issuers.get(of),
      }),
    );
  }

  /** @param whole the text is the file, so that its places are the file's; elsewhere they are that of the answer */
  async #policyText(name: string, text: string, place: Place, whole: boolean): Promise<void> {
    const at = (inner: Place) => (whole ? inner : place);
    let complete = true;
    const broken = (message: string, inner: Place) => {
      complete = false;
      this.#facts.problem(whole ? message : `policy "${name}": ${message}`, at(inner));
    };
    const node = /^\s*\{/.test(text)
      ? await firstDocument(text, this.#file.path, broken)
      : await hclPolicy(text, this.#file.path, broken);
    const rules = node === undefined ? [] : pathRules(node, broken).map((rule) => ({ ...rule, place: at(rule.place) }));
    this.#policy(name, rules, place, complete);
  }

  /** @param whole otherwise what could not be read of it may say anything. */
  #policy(name: string, rules: readonly PathRule[], place: Place, whole: boolean): void {
    const principal = this.#facts.principal(
      { ...policyName(this.#server, name), attributes: { paths: rules.length } },
      place,
    );
    if (!whole) {
      this.#facts.grant(
        { principal, actions: [], resources: [], scope: this.#server, via: [`policy:${name}`], unknownContent: true },
        place,
      );
    }
    for (const { path, capabilities, condition, place: at } of rules) {
      const templated = path.includes('{{');
      const narrowed = { ...condition, ...(templated ? { templated: true } : {}) };
      this.#facts.grant(
        {
          principal,
          effect: capabilities.includes('deny') ? 'deny' : 'allow',
          actions: capabilities,
          resources: [path],
          ...(Object.keys(narrowed).length === 0 ? {} : { condition: narrowed }),
          scope: this.#server,
          via: [`policy:${name}`],
        },
        at,
      );
    }
  }
}

async function firstDocument(
  text: string,
  path: string,
  broken: (message: string, place: Place) => void,
): Promise<Node | undefined> {
  try {
    for await (const { node } of jsonPieces(
      (async function* () {
        yield text;
      })(),
      path,
      () => undefined,
    ))
      return node;
  } catch {
    broken('not JSON from some place on', { line: 1, column: 1 });
  }
  return undefined;
}

/** Answers and files of policies are called after what they are of. */
function stem(path: string): string {
  return (path.split('/').at(-1) ?? '').replace(/(?:\.policy)?\.[^.]*$/, '') || 'unnamed';
}
