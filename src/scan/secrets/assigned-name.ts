/** What the name of a generic assignment promises. */
export type NameKind = 'password' | 'token' | 'key';

/** Keywords that lead to generic assignments, in lower case; none of them has another one in it. */
export const GENERIC_KEYWORDS = [
  'pass',
  'pw',
  'secret',
  'token',
  'key',
  'auth',
  'cred',
  // How people misspell it, and what they call it elsewhere.
  'psw',
  'pssw',
  'paasword',
  'contrase',
  'kennwort',
  'motdepasse',
  'mot_de_passe',
  'senha',
  'wachtwoord',
  'haslo',
] as const;

const PASSWORD =
  /^(?:pass(?:wd|word|wort|wrd|phrase|code)?s?|pwd?|ps?sw(?:d|rd|ord)|passworsd|paasword|contrasen(?:a|ya)|kennwort|motdepasse|passe|senha|wachtwoord|haslo)$|.(?:passwor[dt]|passwd|passphrase|pswd|pwd)$/;
const TOKEN =
  /^(?:tokens?|secrets?|credentials?|creds?|apikeys?|authkey|secretkey|accesskey|authtoken|accesstoken|apitoken|apisecret|clientsecret|jwt|bearer|pat)$|.(?:api_?key|secretkey|accesskey|authkey|privatekey|clientsecret|apisecret|appsecret|accesstoken|authtoken|apitoken)$/;
const KEY = /^(?:keys?|auth|authorization|license|signature)$/;
/** Words that may stand behind the one that counts without changing what the value is. */
const NEUTRAL =
  /^(?:\d+|a|b|base|base64|b64|current|default|dev|development|enc|encoded|live|master|new|old|plain|plaintext|prd|primary|prod|production|raw|secondary|sandbox|stage|staging|str|string|test|text|val|value|var|v\d+|x)$/;
/** What makes a key no secret, before it. */
const PUBLIC =
  /^(?:public|pub|publishable|primary|foreign|partition|sort|hash|range|cache|index|composite|unique|object|row|map|dict|array|column|field|form|lookup|translation|i18n|locale|query|route|group|sorting|storage|idempotency|dedup|next|page|csrf|xsrf|authenticity|antiforgery|verification|continuation|pagination|cursor|host|known|shift|ctrl|alt|enter|arrow|hot|tab|function|up|down|left|right|home|end|tag|label|annotation|metadata|meta|attribute|data|sql|json|item|entry|event|encrypted|wrapped|message|state|session_?state)$/;

/**
 * Reads what a name says of its value: `linearToken`, `DB_PASSWORD`, `aws.secret-key`. Undefined for names of something
 * else: `public_key`, `token_url`, `keyboard`.
 */
export function nameKind(name: string): NameKind | undefined {
  if (knownNames.size >= MOST_KNOWN) knownNames.clear();
  let kind = knownNames.get(name);
  if (kind === undefined) {
    kind = readName(name) ?? 'other';
    knownNames.set(name, kind);
  }
  return kind === 'other' ? undefined : kind;
}

/** Programs use the same names again and again. */
const knownNames = new Map<string, NameKind | 'other'>();
const MOST_KNOWN = 2_000;

function readName(name: string): NameKind | undefined {
  // npm's own, and a secret only behind the address of a registry: the rules of npm know.
  if (/^_auth(?:Token)?$/.test(name)) return undefined;
  // `key2`, `password1` are a key and a password.
  const words = nameWords(name).map((word) => word.replace(/(?<=[a-z]{3})\d{1,2}$/, ''));
  let last = words.length - 1;
  while (last > 0 && NEUTRAL.test(words[last] ?? '')) last--;
  const word = words[last] ?? '';
  const before = words[last - 1] ?? '';
  if (PASSWORD.test(word)) return 'password';
  if (TOKEN.test(word)) return PUBLIC.test(before) ? undefined : 'token';
  if (KEY.test(word) && !PUBLIC.test(before))
    return /^(?:api|secret|access|private|auth|encryption|signing|master|service|client|account|storage|shared|license|app|application|admin|subscription|deploy|webhook|session|cookie|crypt|crypto|aes|hmac)$/.test(
      before,
    )
      ? 'token'
      : 'key';
  return undefined;
}

/** Words of an identifier: at separators and where camel case begins one. */
export function nameWords(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
