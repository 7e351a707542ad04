import { describe, expect, test } from 'vitest';
import { isAbout, questionExamples } from '../../src/iam/question-form.ts';

const PLATFORMS = ['aws', 'gcp', 'azure', 'kubernetes', 'github', 'postgres', 'mysql', 'vault'];

describe('whose a question is', () => {
  test.each<[string, string]>([
    ['s3:GetObject', 'aws'],
    ['s3:GetObject arn:aws:s3:::b/k', 'aws'],
    ['iam:*', 'aws'],
    ['storage.objects.get', 'gcp'],
    ['iam.serviceAccounts.actAs ci@acme.iam.gserviceaccount.com', 'gcp'],
    ['Microsoft.Storage/storageAccounts/read /subscriptions/1', 'azure'],
    ['data:Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read', 'azure'],
    ['Application.ReadWrite.All', 'azure'],
    ['Global Administrator', 'azure'],
    ['get', 'kubernetes'],
    ['get shop/core/secrets', 'kubernetes'],
    ['impersonate:user-info authentication.k8s.io/users', 'kubernetes'],
    ['contents:write', 'github'],
    ['id-token:write acme/orders', 'github'],
    ['pull_requests:read acme/*', 'github'],
    ['SELECT shop.public.orders', 'postgres mysql'],
    ['SET ROLE admin', 'postgres mysql'],
    ['superuser', 'kubernetes postgres mysql'],
    ['*', 'aws azure kubernetes'],
    ['read secret/data/shop/db', 'vault'],
    ['create core/pods', 'kubernetes'],
    ['* arn:aws:s3:::b', 'aws'],
    ['s3:GetObject core/secrets', ''],
    ['get arn:aws:s3:::b', ''],
    ['frobnicate!', ''],
    ['get ~', ''],
  ])('%s: %s', (question, expected) => {
    const [, action = question, resource] = /^(.*?)(?: ([^A-Z ]\S*|arn:\S+|\/\S+))?$/.exec(question) ?? [];
    const asked = { action, ...(resource === undefined ? {} : { resource }) };
    expect(PLATFORMS.filter((platform) => isAbout(platform, asked)).join(' ')).toBe(expected);
  });

  test('a platform without a form is asked anything', () => {
    expect(isAbout('somewhere', { action: '!' })).toBe(true);
  });

  test('every example is a question about its own platform', () => {
    for (const example of questionExamples()) {
      const [, platform = '', action = '', resource = ''] = /^(\w+): --can (.+) --on (\S+)$/.exec(example) ?? [];
      expect(isAbout(platform, { action, resource })).toBe(true);
    }
  });
});
