/** Of one account: four roles for each user, and a policy that is attached to forty principals on average. */
const ACCOUNT = { users: 200, roles: 800, policies: 50 };
/** Principals of one account. */
export const PRINCIPALS = ACCOUNT.users + ACCOUNT.roles;
/** Grants of each: statements, two of its own, and four in each of the two policies that are attached. */
export const GRANTS = 10;
/** Six actions on six resources, as policies of applications have; no way to more rights in it. */
function statement(account: string, seed: number) {
  const services = ['s3', 'dynamodb', 'sqs', 'sns', 'kms', 'logs'];
  return {
    Sid: `S${seed}`,
    Effect: 'Allow',
    Action: services.map((service, index) => `${service}:Get${(seed * 7 + index) % 997}`),
    Resource: services.map((service, index) => `arn:aws:${service}:eu-west-1:${account}:thing-${seed}-${index}/*`),
    Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } },
  };
}

const document = (statements: readonly unknown[]) => ({ Version: '2012-10-17', Statement: statements });

/** The export of one account. `changed`: what some of its principals were given in this round. */
export function authorizationDetails(account: string, changed: (index: number) => number): string {
  const arn = (kind: string, name: string) => `arn:aws:iam::${account}:${kind}/${name}`;
  const attached = (index: number) =>
    [0, 1].map((step) => {
      const name = `policy-${(index * 2 + step) % ACCOUNT.policies}`;
      return { PolicyName: name, PolicyArn: arn('policy', name) };
    });
  const own = (index: number, more: readonly unknown[]) => {
    const seed = index * 10 + changed(index);
    return [
      {
        PolicyName: 'own',
        PolicyDocument: document([statement(account, seed), more[0] ?? statement(account, seed + 5)]),
      },
    ];
  };
  const ways = (index: number): readonly unknown[] => {
    if (index % 30 === 0)
      return [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: arn('role', `role-${index + 1}`) }];
    if (index % 50 === 1) return [{ Effect: 'Allow', Action: ['iam:PassRole', 'lambda:*'], Resource: '*' }];
    if (index % 400 === 2) return [{ Effect: 'Allow', Action: '*', Resource: '*' }];
    return [];
  };
  const trust = (index: number) =>
    index % 2 === 0 ? { Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'] } : { AWS: account };
  const common = { Path: '/', CreateDate: '2024-01-01T00:00:00Z' };
  return JSON.stringify(
    {
      UserDetailList: Array.from({ length: ACCOUNT.users }, (_, index) => ({
        ...common,
        UserName: `user-${index}`,
        UserId: `AIDA${account}${String(index).padStart(5, '0')}`,
        Arn: arn('user', `user-${index}`),
        GroupList: [],
        AttachedManagedPolicies: attached(index),
        UserPolicyList: own(index, ways(index)),
      })),
      GroupDetailList: [],
      RoleDetailList: Array.from({ length: ACCOUNT.roles }, (_, index) => ({
        ...common,
        RoleName: `role-${index}`,
        RoleId: `AROA${account}${String(index).padStart(5, '0')}`,
        Arn: arn('role', `role-${index}`),
        AssumeRolePolicyDocument: document([{ Effect: 'Allow', Principal: trust(index), Action: 'sts:AssumeRole' }]),
        AttachedManagedPolicies: attached(index + 1),
        RolePolicyList: own(index + 1_000, ways(index)),
        RoleLastUsed: {},
      })),
      Policies: Array.from({ length: ACCOUNT.policies }, (_, index) => ({
        PolicyName: `policy-${index}`,
        Arn: arn('policy', `policy-${index}`),
        DefaultVersionId: 'v1',
        PolicyVersionList: [
          {
            VersionId: 'v1',
            IsDefaultVersion: true,
            Document: document([0, 1, 2, 3].map((at) => statement(account, 100_000 + index * 4 + at))),
          },
        ],
      })),
      IsTruncated: false,
    },
    null,
    1,
  );
}
