/**
 * What encryption leaves in place of a value, by the marks of the tools that do so: SOPS, Sealed Secrets (base64 of a
 * length of 512 and what RSA gives), Vault's transit, Spring, Jasypt, Ansible, Jenkins, age, OpenSSL,
 * Windows (DPAPI).
 */
const SEALED =
  /^(?:ENC\[[A-Z0-9_]{2,20},|Ag[A-D][A-Za-z0-9+/]{300}|vault:v\d{1,4}:|\{cipher\}|ENC\([A-Za-z0-9+/=]{16,}\)$|\$ANSIBLE_VAULT|\{AQAAABAAAA[A-Za-z0-9+/=]+\}$|age1[a-z0-9]{58}$|AQAAANCMnd8BFdERjHoAwE|YWdlLWVuY3J5cHRpb24ub3Jn|U2FsdGVkX1)/;

/** Whether a value is encrypted, so that whoever reads it has nothing. */
export function isSealed(value: string): boolean {
  return SEALED.test(value);
}
