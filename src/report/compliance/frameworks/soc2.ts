import type { Framework } from '../framework.ts';

/** Titles are ours; the numbers are those of the criteria. */
export const soc2: Framework = {
  id: 'soc2',
  name: 'SOC 2, Trust Services Criteria',
  version: '2017, points of focus of 2022',
  source:
    'https://www.aicpa-cima.com/resources/download/2017-trust-services-criteria-with-revised-points-of-focus-2022',
  key: 'soc2_2017',
  selection:
    'Of the common criteria, those on who may do what (CC6, without physical access), and those on responsibilities, configuration, monitoring, incidents, changes and third parties as far as identities and secrets are part of them; C1.1 and C1.2 for secrets as confidential information. The criteria on governance, risk assessment, availability, processing integrity and privacy are not here.',
  controls: [
    { id: 'CC1.3', title: 'Responsibilities and authorities are assigned' },
    { id: 'CC5.2', title: 'General controls over technology are chosen and built' },
    { id: 'CC6.1', title: 'Logical access to systems and information is restricted' },
    { id: 'CC6.2', title: 'Credentials are issued to who is authorized, and removed when that ends' },
    { id: 'CC6.3', title: 'Access follows roles, least privilege and separation of duties' },
    { id: 'CC6.6', title: 'Access from outside of the boundary is protected' },
    { id: 'CC6.7', title: 'Moving and transmitting information is restricted to who is authorized' },
    { id: 'CC6.8', title: 'Unauthorized or malicious software is prevented or detected' },
    { id: 'CC7.1', title: 'Configurations that open vulnerabilities are detected' },
    { id: 'CC7.2', title: 'Systems are monitored for anomalies' },
    { id: 'CC7.3', title: 'Security events are evaluated' },
    { id: 'CC7.4', title: 'Security incidents are contained and remedied' },
    { id: 'CC8.1', title: 'Changes are authorized, tested and approved' },
    { id: 'CC9.2', title: 'Risks of vendors and business partners are managed' },
    { id: 'C1.1', title: 'Confidential information is identified and protected' },
    { id: 'C1.2', title: 'Confidential information is disposed of' },
  ],
};
