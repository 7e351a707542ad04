/** One line of an authorized_keys file, taken apart. */
export interface AuthorizedLine {
  readonly options: ReadonlyMap<string, string>;
  readonly type: string;
  readonly blob: string;
  readonly comment: string;
}

const TYPE = /^(?:(?:sk-)?ssh-[\w-]+|(?:sk-)?ecdsa-sha2-[\w-]+|rsa-sha2-\d+)(?:@openssh\.com|-cert-v01@openssh\.com)?$/;

/** Takes a line apart (sshd(8), AUTHORIZED_KEYS FILE FORMAT), or undefined where it is neither a key nor options and a key. */
export function authorizedLine(line: string): AuthorizedLine | undefined {
  const trimmed = line.trim();
  const direct = key(trimmed);
  if (direct !== undefined) return { options: new Map(), ...direct };
  const end = endOfOptions(trimmed);
  const behind = key(trimmed.slice(end).trim());
  return behind === undefined ? undefined : { options: optionsIn(trimmed.slice(0, end)), ...behind };
}

function key(text: string): Omit<AuthorizedLine, 'options'> | undefined {
  const [type = '', blob, ...comment] = text.split(/\s+/);
  return blob === undefined || !TYPE.test(type) ? undefined : { type, blob, comment: comment.join(' ') };
}

/** Options have no spaces but within quotes. */
function endOfOptions(text: string): number {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\' && text[at + 1] === '"') at++;
    else if (text[at] === '"') quoted = !quoted;
    else if (!quoted && /\s/.test(text[at] ?? '')) return at;
  }
  return text.length;
}

function optionsIn(text: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const [, name = '', value] of text.matchAll(/([\w@.-]{1,100})(?:="((?:[^"\\]|\\.)*)")?(?:,|$)/g)) {
    options.set(name.toLowerCase(), (value ?? '').replaceAll('\\"', '"'));
  }
  return options;
}
