/** A role of Entra ID, by the id of its template, and how near it is to the whole directory. */
export interface DirectoryRole {
  readonly name: string;
  /** `0`: whoever holds it for the directory can come to hold everything in it. `1`: privileged all the same. */
  readonly tier: 0 | 1;
  /** Ways that it opens by itself, where it is not tier 0 or is held for a part of the directory only. */
  readonly opens?: readonly DirectoryWay[];
}

/** What somebody may do in a directory that leads to somebody else. */
export type DirectoryWay = 'application-credentials' | 'service-principal-credentials' | 'group-members';

const APPLICATIONS = ['application-credentials', 'service-principal-credentials'] as const;

/**
 * Source: Microsoft Learn, "Microsoft Entra built-in roles", for names and template ids; which are tier 0 follows the policy
 * catalogue.
 */
export const DIRECTORY_ROLES: ReadonlyMap<string, DirectoryRole> = new Map(
  Object.entries<DirectoryRole>({
    '62e90394-69f5-4237-9190-012177145e10': { name: 'Global Administrator', tier: 0 },
    'e8611ab8-c189-46e8-94e1-60213ab1f814': { name: 'Privileged Role Administrator', tier: 0 },
    '7be44c8a-adaf-4e2a-84d6-ab2649e08a13': { name: 'Privileged Authentication Administrator', tier: 0 },
    '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3': { name: 'Application Administrator', tier: 0, opens: APPLICATIONS },
    '158c047a-c907-4556-b7ef-446551a6b5f7': { name: 'Cloud Application Administrator', tier: 0, opens: APPLICATIONS },
    'c4e39bd9-1100-46d3-8c65-fb160da0071f': { name: 'Authentication Administrator', tier: 0 },
    '0526716b-113d-4c15-b2c8-68e3c22b9f80': { name: 'Authentication Policy Administrator', tier: 0 },
    'b1be1c3e-b65d-4f19-8427-f6fa0d97feb9': { name: 'Conditional Access Administrator', tier: 0 },
    '8329153b-31d0-4727-b945-745eb3bc5f31': { name: 'Domain Name Administrator', tier: 0 },
    'be2f45a1-457d-42af-a067-6ec1fa63bc45': { name: 'External Identity Provider Administrator', tier: 0 },
    '8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2': { name: 'Hybrid Identity Administrator', tier: 0 },
    '194ae4cb-b126-40b2-bd5b-6091b380977d': { name: 'Security Administrator', tier: 0 },
    'fe930be7-5e62-47db-91af-98c3a49a38b1': { name: 'User Administrator', tier: 0, opens: ['group-members'] },
    'd29b2b05-8046-44ba-8758-1e26182fcf32': { name: 'Directory Synchronization Accounts', tier: 0 },
    'e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8': { name: 'Partner Tier2 Support', tier: 0 },
    '729827e3-9c14-49f7-bb1b-9608f156bbb8': { name: 'Helpdesk Administrator', tier: 1 },
    '966707d0-3269-4727-9be2-8c3a10f19b9d': { name: 'Password Administrator', tier: 1 },
    '29232cdf-9323-42fd-ade2-1d097af3e4de': { name: 'Exchange Administrator', tier: 1 },
    'f28a1f50-f6e7-4571-818b-6a12f2af6b6c': { name: 'SharePoint Administrator', tier: 1 },
    'fdd7a751-b60b-444a-984c-02652fe8fa1c': { name: 'Groups Administrator', tier: 1, opens: ['group-members'] },
    '9360feb5-f418-4baa-8175-e2a00bac4301': { name: 'Directory Writers', tier: 1, opens: ['group-members'] },
  }),
);

/**
 * Actions of roles that a tenant makes itself, and what each opens.
 *
 * Source: Microsoft Learn, "App registration permissions for custom roles", "Enterprise application permissions for custom roles",
 * "Group management permissions for custom roles".
 */
export const DIRECTORY_ACTIONS: Readonly<Record<string, DirectoryWay>> = {
  'microsoft.directory/applications/credentials/update': 'application-credentials',
  'microsoft.directory/applications/owners/update': 'application-credentials',
  'microsoft.directory/applications.myorganization/credentials/update': 'application-credentials',
  'microsoft.directory/applications.myorganization/owners/update': 'application-credentials',
  'microsoft.directory/applications/allproperties/update': 'application-credentials',
  'microsoft.directory/serviceprincipals/credentials/update': 'service-principal-credentials',
  'microsoft.directory/serviceprincipals/owners/update': 'service-principal-credentials',
  'microsoft.directory/serviceprincipals/allproperties/update': 'service-principal-credentials',
  'microsoft.directory/groups/members/update': 'group-members',
  'microsoft.directory/groups/owners/update': 'group-members',
  'microsoft.directory/groups/allproperties/update': 'group-members',
  'microsoft.directory/groups.security/members/update': 'group-members',
  'microsoft.directory/groups.security/owners/update': 'group-members',
};
