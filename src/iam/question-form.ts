import type { AccessQuestion } from './evaluator.ts';
import { parseTarget } from './kubernetes/target.ts';

interface QuestionForm {
  readonly platform: string;
  /** For people who ask in another form. */
  readonly example: string;
  understands(question: AccessQuestion): boolean;
}

/** How questions about a platform are written: by it one knows whose they are. Platforms that are not here are asked anything. */
const FORMS: readonly QuestionForm[] = [
  {
    platform: 'aws',
    example: '--can s3:GetObject --on arn:aws:s3:::bucket/key',
    understands: ({ action, resource }) =>
      (action === '*' || /^[a-z0-9-]+:[A-Za-z0-9*?]+$/.test(action)) &&
      !/:(?:read|write|admin)$/.test(action) &&
      (resource === undefined || resource === '*' || /^arn:/.test(resource)),
  },
  {
    platform: 'gcp',
    example: '--can storage.objects.get --on //cloudresourcemanager.googleapis.com/projects/acme',
    understands: ({ action }) => /^[a-z][\w-]*(?:\.[\w*-]+){1,}$/.test(action),
  },
  {
    platform: 'azure',
    example: '--can Microsoft.Storage/storageAccounts/read --on /subscriptions/ID',
    // An operation, a permission of Microsoft Graph, or a role of the directory by its name.
    understands: ({ action, resource }) =>
      (/^(?:data:)?[A-Za-z*][\w.*-]*\/[\w.*/-]+$/.test(action) ||
        /^[A-Z]\w+(?:\.\w+)+$/.test(action) ||
        /^[A-Z][a-z]\w*(?: [A-Z][a-z]\w*)+$/.test(action) ||
        action === '*') &&
      (resource === undefined || !/^arn:/.test(resource)),
  },
  {
    platform: 'kubernetes',
    example: '--can get --on shop/core/secrets:db',
    understands: ({ action, resource }) =>
      /^(?:\*|[a-z]+|impersonate(?:-on)?:[a-z*:-]+)$/.test(action) &&
      !/:(?:read|write|admin)$/.test(action) &&
      (resource === undefined || parseTarget(resource) !== undefined),
  },
  {
    platform: 'github',
    example: '--can contents:write --on acme/orders',
    understands: ({ action, resource }) =>
      /^[a-z_*-]+:(?:read|write|admin)$/.test(action) &&
      (resource === undefined || /^[^/\s:]+\/[^/\s:]+$/.test(resource)),
  },
  {
    platform: 'postgres',
    example: '--can SELECT --on shop.public.orders',
    understands: isOfDatabase,
  },
  {
    platform: 'vault',
    example: '--can read --on secret/data/shop/db',
    understands: ({ action, resource }) =>
      /^(?:create|read|update|patch|delete|list|sudo|subscribe)$/.test(action) &&
      (resource === undefined || (/^[\w+*][^:\s]*\/\S*$/.test(resource) && parseTarget(resource) === undefined)),
  },
  { platform: 'mysql', example: '--can SELECT --on shop.orders', understands: isOfDatabase },
];

/** Privileges are written in capitals: in small letters some are verbs of Kubernetes. */
function isOfDatabase({ action, resource }: AccessQuestion): boolean {
  const attribute = /^(?:superuser|createrole|createdb|replication|bypassrls|login)$/i;
  return (
    (/^[A-Z][A-Z_ ]*$/.test(action) || attribute.test(action)) && (resource === undefined || !/^arn:/.test(resource))
  );
}

/** Whether a question can be one about a platform, by the form of its action and its resource. */
export function isAbout(platform: string, question: AccessQuestion): boolean {
  return FORMS.find((form) => form.platform === platform)?.understands(question) ?? true;
}

/** One question in the form of each platform, for people whose own nobody understood. */
export function questionExamples(): readonly string[] {
  return FORMS.map(({ platform, example }) => `${platform}: ${example}`);
}
