/** What an application permission of Microsoft Graph opens. */
export interface GraphPermission {
  readonly name: string;
  readonly opens:
    | 'any-role'
    | 'any-app-role'
    | 'application-credentials'
    | 'service-principal-owners'
    | 'group-members'
    | 'privileged-group-members'
    | 'owned-applications';
  /** What must be so besides. */
  readonly provided?: string;
}

/** Microsoft Graph, in every tenant. */
export const MICROSOFT_GRAPH = '00000003-0000-0000-c000-000000000000';

/**
 * Application permissions that lead on, by the id of their app role, which is the same in every tenant.
 *
 * Source: Microsoft Graph permissions reference. Which are dangerous follows the policy catalogue; the schedules of privileged
 * identity management are the same rights by another API.
 */
export const GRAPH_PERMISSIONS: ReadonlyMap<string, GraphPermission> = new Map(
  Object.entries<GraphPermission>({
    '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8': { name: 'RoleManagement.ReadWrite.Directory', opens: 'any-role' },
    '06b708a9-e830-4db3-a914-8e69da51d44f': { name: 'AppRoleAssignment.ReadWrite.All', opens: 'any-app-role' },
    '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9': { name: 'Application.ReadWrite.All', opens: 'application-credentials' },
    '19dbc75e-c2e2-444c-a770-ec69d8559fc7': { name: 'Directory.ReadWrite.All', opens: 'group-members' },
    '62a82d76-70ea-41e2-9197-370581804d09': { name: 'Group.ReadWrite.All', opens: 'group-members' },
    'dbaae8cf-10b5-4b86-a4a1-f871c94c6695': { name: 'GroupMember.ReadWrite.All', opens: 'group-members' },
    '89c8469c-83ad-45f7-8ff2-6e3d4285709e': {
      name: 'ServicePrincipalEndpoint.ReadWrite.All',
      opens: 'service-principal-owners',
      provided: 'it may add an owner to the service principal',
    },
    '18a4783c-866b-4cc7-a460-3d5e5662c884': { name: 'Application.ReadWrite.OwnedBy', opens: 'owned-applications' },
    'dd199f4a-f148-40a4-a2ec-f0069cc799ec': { name: 'RoleAssignmentSchedule.ReadWrite.Directory', opens: 'any-role' },
    '41202f2c-f7ab-45be-b001-85c9728b9d69': {
      name: 'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup',
      opens: 'privileged-group-members',
    },
    '2f6817f8-7b12-4f0f-bc18-eeaf60705a9e': {
      name: 'PrivilegedAccess.ReadWrite.AzureADGroup',
      opens: 'privileged-group-members',
    },
  }),
);

/** Delegated scopes of the same names: the application has them as far as whoever signs in to it may do it anyway. */
export const DANGEROUS_SCOPES: ReadonlySet<string> = new Set([
  ...[...GRAPH_PERMISSIONS.values()]
    .filter(({ opens }) => opens === 'any-role' || opens === 'any-app-role' || opens === 'application-credentials')
    .map(({ name }) => name),
  'Directory.AccessAsUser.All',
]);
