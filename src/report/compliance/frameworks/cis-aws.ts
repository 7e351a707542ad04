import type { Framework } from '../framework.ts';

const PEOPLE = 'about how people sign in, which lapse does not look at';
const CONTACTS = 'a contact of the account, which no export of identities has';

/** Titles are ours; the numbers are those of the benchmark. */
export const cisAws: Framework = {
  id: 'cis-aws',
  name: 'CIS Amazon Web Services Foundations Benchmark',
  version: '7.0.0',
  source: 'https://www.cisecurity.org/benchmark/amazon_web_services',
  key: 'cis_aws_7_0',
  selection:
    'Section 2 (identity and access management) whole, 4.6 (rotation of keys), and 6.7 (the metadata service, which hands out credentials of roles). The other recommendations on storage, logging, monitoring and networks are not about identities or secrets.',
  controls: [
    { id: '2.1.1', title: 'Root access of member accounts is managed centrally' },
    { id: '2.1.2', title: 'Organization policies limit what every account may do' },
    { id: '2.1.3', title: 'No workloads in the management account' },
    {
      id: '2.1.4',
      title: 'Organizational units follow environment and sensitivity',
      outside: 'a judgement on how an organization is cut, which no rule can make',
    },
    { id: '2.1.5', title: 'A delegated administrator manages organization policies' },
    { id: '2.1.6', title: 'Delegated administrators manage the integrated services' },
    { id: '2.2', title: 'Contact details of the account are current', outside: CONTACTS },
    { id: '2.3', title: 'A security contact is registered', outside: CONTACTS },
    { id: '2.4', title: 'No access key of the root user' },
    { id: '2.5', title: 'Second factor for the root user', outside: PEOPLE },
    { id: '2.6', title: 'Hardware second factor for the root user', outside: PEOPLE },
    { id: '2.7', title: 'The root user is not used for daily work' },
    { id: '2.8', title: 'Minimum length of passwords', outside: PEOPLE },
    { id: '2.9', title: 'No reuse of passwords', outside: PEOPLE },
    { id: '2.10', title: 'Second factor for users with a console password', outside: PEOPLE },
    { id: '2.11', title: 'Credentials unused for 45 days are disabled' },
    { id: '2.12', title: 'Access keys are rotated within 90 days' },
    { id: '2.13', title: 'Users have permissions through groups only' },
    { id: '2.14', title: 'No policy with full administrative privileges is attached' },
    { id: '2.15', title: 'A role for incidents with AWS Support exists' },
    { id: '2.16', title: 'Instances use roles to reach AWS' },
    { id: '2.17', title: 'Expired certificates are removed from IAM' },
    { id: '2.18', title: 'The external access analyzer is on in all regions' },
    { id: '2.19', title: 'Users of several accounts are managed centrally' },
    { id: '2.20', title: 'Full access to CloudShell is restricted' },
    { id: '2.21', title: 'No resource policy lets everybody in' },
    { id: '4.6', title: 'Customer-made symmetric keys are rotated' },
    { id: '6.7', title: 'The metadata service demands session tokens (IMDSv2)' },
  ],
};
