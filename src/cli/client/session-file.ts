import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../errors.ts';

const sessionSchema = z.strictObject({ operator: z.string(), token: z.string(), expires_at: z.iso.datetime() });
const fileSchema = z.record(z.string(), sessionSchema);

export type StoredSession = z.output<typeof sessionSchema>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Sign-ins of `lapse login`, by server: `lapse/sessions.json` in the user's own config folder, mode 0600. */
export class SessionFile {
  readonly #path: string;

  constructor(env: Environment) {
    const home = env.HOME ?? homedir();
    this.#path = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'lapse', 'sessions.json');
  }

  get path(): string {
    return this.#path;
  }

  /** The session at a server that is not over yet. @throws {AppError} ERR_NOT_SIGNED_IN when others can read the file. */
  find(server: string, now: Date): StoredSession | undefined {
    const session = this.#read()[server];
    return session !== undefined && Date.parse(session.expires_at) > now.getTime() ? session : undefined;
  }

  save(server: string, session: StoredSession | undefined): void {
    const { [server]: _former, ...others } = this.#read();
    const sessions = session === undefined ? others : { ...others, [server]: session };
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const beside = `${this.#path}.${process.pid}`;
    writeFileSync(beside, `${JSON.stringify(sessions, null, 2)}\n`, { mode: 0o600 });
    renameSync(beside, this.#path);
  }

  #read(): Readonly<Record<string, StoredSession>> {
    let descriptor: number;
    try {
      descriptor = openSync(this.#path, 'r');
    } catch {
      return {};
    }
    try {
      if (process.platform !== 'win32' && (fstatSync(descriptor).mode & 0o077) !== 0)
        throw new AppError('ERR_NOT_SIGNED_IN', `${this.#path}: others can read your sessions`, {
          hint: `delete it, end the sessions it holds, and sign in again`,
        });
      const parsed = fileSchema.safeParse(parseJson(readFileSync(descriptor, 'utf8')));
      return parsed.success ? parsed.data : {};
    } finally {
      closeSync(descriptor);
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
