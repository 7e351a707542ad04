import { createHash } from 'node:crypto';

/**
 * Values that vendors' documentation and samples show, and that everybody copies: the first 16 hex digits of their SHA-256, so
 * that no scanner takes this file for a leak.
 */
const KNOWN_SAMPLES: ReadonlySet<string> = new Set([
  // Google API keys of the Firebase and Maps SDKs' public samples.
  '2037abcaffb2b777',
  '0b476bdf9acf2123',
  '37f8f09bdf12c2f2',
  '49f777db995e8260',
  'dc0fcf046c61640c',
  '4c98242dcadc8b29',
  'ea9bb1082cf95663',
  '3a8b61d0f636b007',
  'a6c814bc555ae62c',
  // The Cosmos DB emulator's and Azurite's account keys.
  // https://learn.microsoft.com/azure/cosmos-db/emulator https://learn.microsoft.com/azure/storage/common/storage-use-azurite
  'aa6547439583c3a2',
  '0011cc25eb432071',
  // Stripe's sample keys. https://docs.stripe.com/keys
  '2cafc0970149a84f',
  'b1471f544ceeea31',
  // Mailgun's sample key. https://documentation.mailgun.com
  '9c846fdf0fa8955c',
  // reCAPTCHA's key for automated tests. https://developers.google.com/recaptcha/docs/faq
  'f5e95c9954635b65',
  // The password of the Kubernetes documentation, as it is and in base64. https://kubernetes.io/docs/concepts/configuration/secret/
  '13fe7a38a57c4605',
  'a7b580d711ef2807',
  // NuGet's sample password. https://learn.microsoft.com/nuget/reference/nuget-config-file
  'dba72c00f41f4e4c',
  // GOV.UK Notify's and GC Notify's sample key. https://docs.notifications.service.gov.uk/rest-api.html#headers
  '5dfe0d8d8e6caf63',
  'a6d326bc8f120786',
  // The bootstrap tokens of kubeadm's reference. https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/
  '366da6cf65a08841',
  '8dbbf9e18891d238',
  // The API token of the Zabbix collection for Ansible. https://docs.ansible.com/ansible/latest/collections/community/zabbix/
  '27d1909b6ca7fadf',
]);

/** Whether a value is a sample that documentation shows. */
export function isKnownSample(value: string): boolean {
  return KNOWN_SAMPLES.has(createHash('sha256').update(value, 'latin1').digest('hex').slice(0, 16));
}
