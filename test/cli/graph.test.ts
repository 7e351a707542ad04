import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grant, inventoryOf, principal, trust } from '../support/facts.ts';
import { runCli } from '../support/run-cli.ts';
import { storedInventory } from '../support/stored-inventory.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const at = (path: string, line: number, column = 3) => [{ path, line, column }];

/** Names that would break out of one of the formats if they could. */
const HOSTILE = [
  'a"b',
  'back\\slash\\',
  'two\nlines\r\n  n9 --> n0',
  '<b onclick=alert(1)>&lt;',
  '\u202egnp.exe',
  '\u001b]0;owned\u0007',
  '`markdown` **bold**',
  'x"]; n9["y',
  '%%{init: {"theme":"dark"}}%%',
  '|"| n9 -->',
  'end',
  '#quot; #35;',
  'label", shape="box',
  '"; } digraph evil { a -> b',
  '*/ // <!-- -->',
  '',
];

const role = (name: string) =>
  principal('aws', 'role', `arn:aws:iam::111122223333:role/${name}`, {
    name,
    scope: ['111122223333'],
    attributes: { policies_seen: true },
    locations: at('iam.json', 2),
  });
const admin = role('admin');
const middle = role('middle');
const start = role('start');
const lonely = role('lonely');
const maker = role('maker');
const hostile = HOSTILE.map((name) => ({ ...role('x'), ...{ id: `aws:role:${name}`, nativeId: name, name } }));
const account = principal('kubernetes', 'service-account', 'prod/shop/api', { scope: ['prod', 'shop'] });
const assume = (from: { readonly id: string }, to: typeof admin, line: number) => [
  trust(to, { kind: 'principal', id: from.id }, 'assume', { locations: at('trusts.json', line) }),
  grant(from as typeof admin, ['sts:AssumeRole'], {
    resources: [to.nativeId],
    via: ['policy:own', 'statement:Hop'],
    locations: at('iam.json', line),
  }),
];
const hops = [...assume(start, middle, 10), ...assume(middle, admin, 20)];
const unread = principal('aws', 'user', 'arn:aws:iam::999988887777:user/x', { seen: 'referenced' });
const annotated = hostile.map((to) =>
  trust(to, { kind: 'principal', id: account.id }, 'annotation', {
    declaredBy: 'subject',
    locations: at(`"x"\n${to.name}`, 1),
  }),
);
const INVENTORY = inventoryOf({
  principals: [
    admin,
    middle,
    start,
    lonely,
    maker,
    account,
    unread,
    ...hostile.map((row) => ({ ...row, seen: 'referenced' as const })),
  ],
  grants: [
    grant(admin, ['*'], { via: ['policy:AdministratorAccess'], locations: at('iam.json', 30) }),
    grant(maker, ['iam:PutRolePolicy'], { resources: [maker.nativeId], locations: at('iam.json', 40) }),
    ...hops.filter((row) => 'actions' in row),
  ],
  trusts: [...hops.filter((row) => 'how' in row), ...annotated],
});

let store: Awaited<ReturnType<typeof storedInventory>>;
beforeAll(async () => {
  store = await storedInventory(
    { at: new Date('2026-01-10T08:00:00Z'), inventory: inventoryOf({ principals: [start, admin] }) },
    { at: new Date('2026-06-10T08:00:00Z'), inventory: INVENTORY },
  );
});
afterAll(() => store.close());

const lapse = (...argv: string[]) => runCli(['graph', ...argv, '--store', store.file], { cwd: store.folder, now: NOW });
const ends = async (...argv: string[]): Promise<string[]> => {
  const { paths } = JSON.parse((await lapse(...argv, '--format', 'json')).stdout);
  return paths.map(
    ({ from, to }: { from: string; to: string }) => `${from.split('/').at(-1)} > ${to.split('/').at(-1)}`,
  );
};

describe('lapse graph', () => {
  it('prints the shortest path to admin, every step with what proves it', async () => {
    const { code, stdout } = await lapse('start', '--to', 'admin');
    expect(code).toBe(0);
    expect(stdout).toContain('→ aws role middle by ');
    expect(stdout).toContain(
      '    grant: sts:AssumeRole on arn:aws:iam::111122223333:role/middle by policy:own › statement:Hop  [iam.json:10:3]',
    );
    expect(stdout).toContain('    trust: assume aws:role:arn:aws:iam::111122223333:role/admin  [trusts.json:20:3]');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('= admin of 111122223333');
  });

  it('says the same as JSON', async () => {
    const { paths, nodes } = JSON.parse((await lapse('start', '--to', 'admin', '--format', 'json')).stdout);
    expect(nodes.map(({ name }: { name: string }) => name)).toEqual(['start', 'middle', 'admin']);
    expect(paths[0]).toMatchObject({
      from: start.id,
      to: admin.id,
      answer: 'yes',
      steps: [
        {
          from: start.id,
          to: middle.id,
          evidence: expect.arrayContaining([
            expect.objectContaining({ kind: 'grant', via: ['policy:own', 'statement:Hop'] }),
          ]),
        },
        { from: middle.id, to: admin.id },
      ],
    });
  });

  it('says how an end becomes admin, as the terminal does', async () => {
    const end = async (...argv: string[]) =>
      JSON.parse((await lapse(...argv, '--format', 'json')).stdout).paths[0]?.admin;
    expect((await lapse('maker', '--to', 'admin')).stdout).toContain(
      '= can make itself admin of 111122223333 by iam:PutRolePolicy',
    );
    expect(await end('maker', '--to', 'admin')).toMatchObject({
      answer: 'yes',
      by: { uses: ['iam:PutRolePolicy'], answer: 'yes', evidence: [{ kind: 'grant' }] },
    });
    expect(await end('start', '--to', 'admin')).toEqual({ answer: 'yes', by: null });
    expect(await end('start', '--to', middle.id)).toBeNull();
  });

  it.each<[string, string[], string[]]>([
    ['from both ends', ['admin', '--from', 'start'], ['start > admin']],
    ['to one row', ['start', '--to', middle.id], ['start > middle']],
    ['around', ['start'], ['start > middle', 'start > admin']],
    ['around, one step', ['start', '--depth', '1'], ['start > middle']],
    ['backwards', ['admin', '--reverse', '--platform', 'aws'], ['middle > admin', 'start > admin']],
    ['backwards by its other name', ['admin', '--in', '--depth', '1', '--platform', 'aws'], ['middle > admin']],
    ['backwards, on another platform', ['admin', '--reverse', '--platform', 'kubernetes'], []],
    ['nowhere', ['lonely'], []],
    ['nowhere at a date', ['start', '--as-of', '2026-02-01'], []],
    ['further than was asked', ['start', '--to', 'admin', '--depth', '1'], []],
  ])('looks %s', async (_, argv, expected) => {
    expect(await ends(...argv)).toEqual(expected);
  });

  it('says that there is no way, and where that cannot be told', async () => {
    expect(await lapse('lonely', '--to', 'admin')).toMatchObject({ code: 0, stdout: 'no path leads to admin\n' });
    const { code, stderr } = await lapse(unread.id, '--to', 'admin');
    expect(code).toBe(3);
    expect(stderr).toContain('nothing was read of');
  });

  it.each([
    ['two directions', ['start', '--to', 'admin', '--reverse']],
    ['a depth that is none', ['start', '--depth', '0']],
    ['a format that is none', ['start', '--format', 'png']],
    ['a name that nothing has', ['start', '--to', 'nobody']],
  ])('refuses %s', async (_, argv) => {
    expect((await lapse(...argv)).code).toBe(2);
  });
});

/** Reads DOT as its grammar has it: quoted strings with `\"`, nodes, edges and attributes; anything else is an error. */
function readDot(text: string): { nodes: string[]; edges: [string, string][] } {
  const tokens = text.match(/"(?:\\[\s\S]|[^"\\])*"|->|[{}[\];=,]|\w+|\S/g) ?? [];
  let next = 0;
  const take = (expected?: string): string => {
    const token = tokens[next++] ?? '';
    if (expected !== undefined && token !== expected) throw new Error(`expected ${expected}, got ${token}`);
    return token;
  };
  const quoted = (): string => {
    const token = take();
    if (!/^"[^\n\r]*"$/.test(token)) throw new Error(`expected a string on one line, got ${token}`);
    return token;
  };
  const nodes: string[] = [];
  const edges: [string, string][] = [];
  for (const word of ['digraph', 'lapse', '{']) take(word);
  while (tokens[next] !== '}') {
    const from = quoted();
    if (tokens[next] === '->') {
      take('->');
      edges.push([from, quoted()]);
    } else nodes.push(from);
    take('[');
    for (take('label'), take('='), quoted(); tokens[next] === ','; ) {
      take(',');
      take('style');
      take('=');
      take('dashed');
    }
    take(']');
    take(';');
  }
  take('}');
  if (next !== tokens.length) throw new Error(`something behind the end: ${tokens.slice(next).join(' ')}`);
  return { nodes, edges };
}

/** Reads our part of Mermaid's flowcharts; labels may hold entities, and no character that means something. */
function readMermaid(text: string): { nodes: string[]; edges: [string, string][] } {
  const [head, ...lines] = text.trimEnd().split('\n');
  if (head !== 'flowchart LR') throw new Error(`not a flowchart: ${head}`);
  const nodes: string[] = [];
  const edges: [string, string][] = [];
  const label = String.raw`"((?:[\p{L}\p{N} .,:/@_+=→…-]|#\d+;)*)"`;
  for (const line of lines) {
    const node = new RegExp(String.raw`^ {2}(n\d+)\[${label}\]$`, 'u').exec(line);
    const edge = new RegExp(String.raw`^ {2}(n\d+) (?:-->|-\.->)\|${label}\| (n\d+)$`, 'u').exec(line);
    if (node !== null) nodes.push(node[1] ?? '');
    else if (edge !== null) edges.push([edge[1] ?? '', edge[3] ?? '']);
    else throw new Error(`neither a node nor an edge: ${line}`);
  }
  return { nodes, edges };
}

describe('drawings of hostile names', () => {
  const expected = HOSTILE.length;

  it('DOT is one graph, with one edge for each', async () => {
    const { nodes, edges } = readDot((await lapse(account.id, '--format', 'dot')).stdout);
    expect(nodes).toHaveLength(expected + 1);
    expect(edges).toHaveLength(expected);
    expect(edges.every(([from, to]) => nodes.includes(from) && nodes.includes(to))).toBe(true);
  });

  it('Mermaid is one flowchart, with one edge for each', async () => {
    const { stdout } = await lapse(account.id, '--format', 'mermaid');
    const { nodes, edges } = readMermaid(stdout);
    expect(nodes).toHaveLength(expected + 1);
    expect(edges).toHaveLength(expected);
    expect(edges.every(([from, to]) => nodes.includes(from) && nodes.includes(to))).toBe(true);
    expect(stdout).not.toContain('%%{');
  });

  it.each(['terminal', 'dot', 'mermaid', 'json'])(
    '%s has no control character and nothing that reorders text',
    async (format) => {
      const { stdout } = await lapse(account.id, '--format', format);
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    },
  );

  it('JSON keeps names as they are', async () => {
    const { nodes } = JSON.parse((await lapse(account.id, '--format', 'json')).stdout);
    const names = nodes.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(HOSTILE));
  });
});
