import { describe, expect, test } from 'vitest';
import { parseTarget } from '../../../src/iam/kubernetes/target.ts';

/** `namespace resource name`, with a dash for none. */
function read(text: string): string | undefined {
  const target = parseTarget(text);
  return target === undefined ? undefined : `${target.namespace ?? '-'} ${target.resource} ${target.name ?? '-'}`;
}

describe('what a question is about', () => {
  test.each<[string, string]>([
    ['core/secrets', '- core/secrets -'],
    ['apps/deployments', '- apps/deployments -'],
    ['rbac.authorization.k8s.io/clusterroles:admin', '- rbac.authorization.k8s.io/clusterroles admin'],
    ['shop/core/secrets', 'shop core/secrets -'],
    ['shop/core/secrets:db', 'shop core/secrets db'],
    ['shop/core/pods/exec', 'shop core/pods/exec -'],
    ['core/pods/exec', '- core/pods/exec -'],
    ['core/serviceaccounts/token:ci', '- core/serviceaccounts/token ci'],
    ['core/nodes/proxy', '- core/nodes/proxy -'],
    ['core/batch/jobs', 'core batch/jobs -'],
    ['apps/apps/deployments', 'apps apps/deployments -'],
    ['shop/argoproj.io/applications', 'shop argoproj.io/applications -'],
    ['*/core/secrets', '- core/secrets -'],
    ['*/*', '- */* -'],
    ['*/secrets', '- */secrets -'],
    ['core/*', '- core/* -'],
    ['core/*/exec', '- core/*/exec -'],
    ['*/*/exec', '- */*/exec -'],
    ['shop/*/*', 'shop */* -'],
    ['core/users:system:admin', '- core/users system:admin'],
    ['core/users:mona@example.com', '- core/users mona@example.com'],
    ['secrets', '- core/secrets -'],
    ['deployments', '- apps/deployments -'],
    ['pods/exec', '- core/pods/exec -'],
    ['shop/secrets', 'shop core/secrets -'],
    ['shop/pods/exec', 'shop core/pods/exec -'],
    ['secrets:db', '- core/secrets db'],
    ['url:/metrics', '- url:/metrics -'],
    ['url:/healthz/*', '- url:/healthz/* -'],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  test.each([
    ...['', '/', 'widgets', 'shop/widgets', 'shop/core', 'core/', 'core/secrets:', 'a/b/c/d/e', 'shop/x/core/secrets'],
    ...['arn:aws:s3:::bucket/*', 'Core/Secrets', 'core/secrets ', 'url:metrics', 'shop/widgets/exec'],
  ])('not %j', (text) => {
    expect(read(text)).toBeUndefined();
  });
});
