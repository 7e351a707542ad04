import type { SecretValue } from '../model/secret-value.ts';
import type { Problem } from '../model/snapshot.ts';
import type { StaticSecret } from '../model/static-secret.ts';
import type { FileSource } from '../scan/file-source.ts';
import { runScan } from '../scan/run.ts';
import type { Rule } from '../scan/secrets/rule.ts';
import type { InventoryStore, StoredFact } from '../store/inventory/inventory-store.ts';
import { type Question, type Verdict, type VerifierOptions, verifySecrets } from '../verify/verifier.ts';
import { type DiscoverOptions, openRoots } from './discover.ts';

/** Source of the snapshots that say what vendors answered; the unit is the secret. */
const SOURCE = 'verify';

export interface VerifyOptions extends DiscoverOptions, VerifierOptions {
  readonly rules: readonly Rule[];
  /** Ids of the secrets to ask about; all that have a rule which says how, when absent. */
  readonly only?: ReadonlySet<string>;
}

export interface VerifiedSecrets {
  readonly verdicts: readonly Verdict[];
  /** Secrets of the inventory that no rule can ask about. */
  readonly unasked: number;
  readonly problems: readonly Problem[];
}

/**
 * Asks vendors about secrets of the inventory and keeps what they say, with its time. The values are read again from the files
 * that have them, since the inventory does not know them: a secret whose file is not below `paths` is a problem.
 */
export async function verifyInventory(options: VerifyOptions): Promise<VerifiedSecrets> {
  const { store, rules, only } = options;
  const specs = new Map(rules.flatMap(({ id, verify }) => (verify === undefined ? [] : [[id, verify] as const])));
  const known = await knownSecrets(store);
  const { secrets, unitsOf } = known;
  const all = [...secrets.values()].filter(({ id }) => only?.has(id) !== false);
  const wanted = new Set(all.filter(({ rule }) => specs.has(rule)).map(({ id }) => id));
  const units = new Set([...wanted].flatMap((id) => [...(unitsOf.get(id) ?? [])]));
  const revealed = await reveal(options, units, wanted);
  const questions: Question[] = [...revealed.values()].flatMap(({ secret, value }) => {
    const spec = specs.get(secret.rule);
    return spec === undefined ? [] : [{ secret, value, spec }];
  });
  const { verdicts, problems } = await verifySecrets(questions, options);
  await record(store, options.now, known, verdicts);
  const missing = [...wanted].filter((id) => !revealed.has(id));
  return {
    verdicts,
    unasked: all.length - wanted.size,
    problems: [...problems, ...missing.map((id) => notFoundAgain(secrets.get(id), id))],
  };
}

/** Keeps what vendors said of the secrets that are still in the inventory, and ends the rest: after every scan that asks nobody. */
export async function keepVerdicts(store: InventoryStore, at: Date): Promise<void> {
  const snapshots = await store.snapshots();
  if (snapshots.some(({ source }) => source === SOURCE)) await record(store, at, await knownSecrets(store), []);
}

async function record(
  store: InventoryStore,
  at: Date,
  { secrets, said }: KnownSecrets,
  verdicts: readonly Verdict[],
): Promise<void> {
  if (said.size === 0 && verdicts.length === 0) return;
  const latest = new Map(said);
  for (const { secret, validity, at } of verdicts) {
    // An answer that says nothing takes nothing back.
    if (validity !== 'unknown') latest.set(secret.id, { validity, verifiedAt: at });
  }
  const draft = await store.begin({ source: SOURCE, at });
  try {
    const facts = [...latest].flatMap(([id, verdict]): StoredFact[] => {
      const secret = secrets.get(id);
      // It says nothing of where the secret is: that is for those who see it there.
      return secret === undefined
        ? []
        : [{ kind: 'secret', unit: id, body: { ...secret, ...verdict, inHead: false, locations: [] } }];
    });
    await draft.add(facts);
    await draft.commit({ coverage: { read: 'all' }, units: facts.length, problems: [] });
  } catch (error) {
    await draft.abort();
    throw error;
  }
}

interface KnownSecrets {
  /** As scanners see them. */
  readonly secrets: ReadonlyMap<string, StaticSecret>;
  readonly unitsOf: ReadonlyMap<string, ReadonlySet<string>>;
  /** What vendors said of them, by id. */
  readonly said: ReadonlyMap<string, Pick<StaticSecret, 'validity' | 'verifiedAt'>>;
}

async function knownSecrets(store: InventoryStore): Promise<KnownSecrets> {
  const secrets = new Map<string, StaticSecret>();
  const unitsOf = new Map<string, Set<string>>();
  const said = new Map<string, Pick<StaticSecret, 'validity' | 'verifiedAt'>>();
  for await (const row of store.facts()) {
    if (row.kind !== 'secret') continue;
    const { id, validity, verifiedAt } = row.body;
    if (row.source === SOURCE) {
      said.set(id, { validity, ...(verifiedAt === undefined ? {} : { verifiedAt }) });
      continue;
    }
    secrets.set(id, secrets.get(id) ?? row.body);
    unitsOf.set(id, (unitsOf.get(id) ?? new Set()).add(row.unit));
  }
  return { secrets, unitsOf, said };
}

type Revealed = ReadonlyMap<string, { readonly secret: StaticSecret; readonly value: SecretValue }>;

/** Reads some units again for the values of some secrets, in this thread. */
async function reveal(
  options: DiscoverOptions,
  units: ReadonlySet<string>,
  wanted: ReadonlySet<string>,
): Promise<Revealed> {
  const revealed = new Map<string, { readonly secret: StaticSecret; readonly value: SecretValue }>();
  if (units.size === 0) return revealed;
  const roots = openRoots(options);
  try {
    await runScan({
      sources: roots.map(({ files }) => filesOf(files, units)),
      scanners: options.scanners.filter(({ id }) => id === 'secrets'),
      context: {
        now: options.now,
        cluster: options.cluster,
        fingerprint: options.fingerprint,
        reveal: (secret, value) => {
          if (wanted.has(secret.id) && !revealed.has(secret.id)) revealed.set(secret.id, { secret, value });
        },
      },
      sink: async () => undefined,
      ...(options.archives === undefined ? {} : { archives: options.archives }),
    });
  } finally {
    for (const root of roots) root.close();
  }
  return revealed;
}

function filesOf(source: FileSource, units: ReadonlySet<string>): FileSource {
  return {
    ...source,
    async *files(report) {
      for await (const ref of source.files(report)) if (units.has(ref.unit)) yield ref;
    },
  };
}

function notFoundAgain(secret: StaticSecret | undefined, id: string): Problem {
  const location = secret?.locations[0] ?? { path: id };
  return {
    code: 'ERR_VERIFY_REFUSED',
    message: `${location.path}: the secret was not found there again, and is not verified`,
    location,
  };
}
