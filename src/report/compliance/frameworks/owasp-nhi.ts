import type { Framework } from '../framework.ts';

/** All of it is about non-human identities. */
export const owaspNhi: Framework = {
  id: 'owasp-nhi',
  name: 'OWASP Non-Human Identities Top 10',
  version: '2025',
  source: 'https://owasp.org/www-project-non-human-identities-top-10/2025/top-10-2025/',
  key: 'nhi',
  selection: 'All ten items.',
  controls: [
    { id: 'NHI1', title: 'Improper offboarding' },
    { id: 'NHI2', title: 'Secret leakage' },
    { id: 'NHI3', title: 'Vulnerable third-party NHI' },
    { id: 'NHI4', title: 'Insecure authentication' },
    { id: 'NHI5', title: 'Overprivileged NHI' },
    { id: 'NHI6', title: 'Insecure cloud deployment configurations' },
    { id: 'NHI7', title: 'Long-lived secrets' },
    { id: 'NHI8', title: 'Environment isolation' },
    { id: 'NHI9', title: 'NHI reuse' },
    { id: 'NHI10', title: 'Human use of NHI' },
  ],
};
