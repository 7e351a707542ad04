import { BUILT_IN_ROLES } from '../../src/iam/azure/built-in-roles.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import { entriesAt, itemsAt, type Node, textAt, textsAt, valueAt } from '../../src/scan/formats/node.ts';
import type { ScanContext } from '../../src/scan/scanner.ts';
import { readAppRoleAssignment } from '../azure/app-permissions.ts';
import { readApplication, readServicePrincipal } from '../azure/applications.ts';
import { type Holder, readKey, readPassword } from '../azure/credentials.ts';
import { readDirectoryAssignment, readGroup } from '../azure/directory.ts';
import { readFederated } from '../azure/federated.ts';
import { lastSegment, named } from '../azure/names.ts';
import { Reading } from '../azure/reading.ts';
import { readManagedIdentity, readResource } from '../azure/resources.ts';
import { readRoleAssignment } from '../azure/role-assignments.ts';
import { readRoleDefinition } from '../azure/role-definitions.ts';
import type { FactSet } from './fact-set.ts';
import { heard } from './heard.ts';
import { jsonOf } from './json-of.ts';
import { blockOf } from './nodes.ts';
import { type Resource, textOf } from './resource.ts';
import type { World } from './world.ts';

const ROLE_IDS: ReadonlyMap<string, string> = new Map(
  [...BUILT_IN_ROLES].map(([id, { name }]) => [name.toLowerCase(), id]),
);

type Reader = (resource: Resource, place: Location) => void;

/** Resources of Azure and Entra ID, read by what reads exports: they are put into the form that the APIs have. */
export class AzureResources {
  readonly #world: World;
  readonly #reading: Reading;
  readonly #facts: FactSet;

  constructor(world: World, file: string, facts: FactSet, context: ScanContext) {
    this.#world = world;
    this.#facts = facts;
    this.#reading = new Reading(heard(facts, context), file);
  }

  tell(): void {
    for (const type of this.#world.types()) {
      const read = this.#readers[type] ?? (type.startsWith('azurerm_') ? this.#resource : undefined);
      if (read === undefined) continue;
      for (const resource of this.#world.managed(type)) {
        const location = this.#facts.at(resource.place);
        this.#reading.placeOf = () => location;
        read(resource, location);
      }
    }
    this.#reading.end();
  }

  readonly #readers: Readonly<Record<string, Reader | undefined>> = {
    azuread_application: (resource) => {
      if (clientIdOf(resource) !== undefined) readApplication(applicationOf(resource), this.#reading);
    },
    azuread_application_registration: (resource) => {
      if (clientIdOf(resource) !== undefined) readApplication(applicationOf(resource), this.#reading);
    },
    azuread_service_principal: (resource) => {
      if (clientIdOf(resource) === undefined || objectIdOf(resource) === undefined) return;
      const { attributes } = resource;
      const said = {
        appId: clientIdOf(resource),
        id: objectIdOf(resource),
        displayName: textOf(resource, 'display_name'),
        servicePrincipalType: textOf(resource, 'type'),
        accountEnabled: textAt(attributes, 'account_enabled') === 'false' ? false : undefined,
        appOwnerOrganizationId: textOf(resource, 'application_tenant_id'),
        signInAudience: textOf(resource, 'sign_in_audience'),
        alternativeNames: textsAt(attributes, 'alternative_names'),
      };
      readServicePrincipal(present(said), this.#reading);
    },
    azuread_application_password: (resource, location) =>
      this.#password(resource, this.#application(resource), location),
    azuread_service_principal_password: (resource, location) =>
      this.#password(resource, this.#servicePrincipal(resource), location),
    azuread_application_certificate: (resource, location) => this.#key(resource, this.#application(resource), location),
    azuread_service_principal_certificate: (resource, location) =>
      this.#key(resource, this.#servicePrincipal(resource), location),
    azuread_application_federated_identity_credential: (resource, location) => this.#federated(resource, location),
    azuread_application_flexible_federated_identity_credential: (resource, location) =>
      this.#federated(resource, location),
    azurerm_federated_identity_credential: (resource, location) => {
      const parent = textOf(resource, 'parent_id') ?? textOf(resource, 'user_assigned_identity_id');
      if (parent === undefined) return;
      const said = {
        id: `${parent}/federatedIdentityCredentials/${textOf(resource, 'name')}`,
        name: textOf(resource, 'name'),
        issuer: textOf(resource, 'issuer'),
        subject: textOf(resource, 'subject'),
        audiences: textsAt(resource.attributes, 'audience'),
      };
      if (said.issuer !== undefined) readFederated(present(said), undefined, location, this.#reading);
    },
    azurerm_user_assigned_identity: (resource) => {
      const said = {
        id: textOf(resource, 'id'),
        name: textOf(resource, 'name'),
        clientId: textOf(resource, 'client_id'),
        principalId: textOf(resource, 'principal_id'),
        tenantId: textOf(resource, 'tenant_id'),
        tags: jsonAt(resource, 'tags'),
      };
      if (said.clientId !== undefined) readManagedIdentity(present(said), this.#reading);
    },
    azurerm_role_assignment: (resource) => {
      const name = textOf(resource, 'role_definition_name');
      const referred = this.#world.referred(resource, 'role_definition_id', 'azurerm_role_definition');
      const role =
        textOf(resource, 'role_definition_id') ??
        (name === undefined ? undefined : ROLE_IDS.get(name.toLowerCase())) ??
        (referred === undefined ? undefined : roleIdOf(referred)) ??
        name;
      const principal = textOf(resource, 'principal_id') ?? this.#referredIdentity(resource);
      const said = {
        id: textOf(resource, 'id'),
        name: textOf(resource, 'name') ?? resource.address,
        principalId: principal ?? `${resource.address}.principal_id`,
        principalType: textOf(resource, 'principal_type'),
        roleDefinitionId: role ?? `${resource.address}.role_definition_id`,
        roleDefinitionName: name,
        scope: textOf(resource, 'scope') ?? `terraform:${resource.address}.scope`,
        condition: textOf(resource, 'condition'),
      };
      readRoleAssignment(present(said), this.#reading);
    },
    azurerm_role_definition: (resource) => {
      const permissions = itemsAt(resource.attributes, 'permissions').map((one) => ({
        actions: textsAt(one, 'actions'),
        notActions: textsAt(one, 'not_actions'),
        dataActions: textsAt(one, 'data_actions'),
        notDataActions: textsAt(one, 'not_data_actions'),
      }));
      const said = {
        id: roleIdOf(resource),
        roleName: textOf(resource, 'name'),
        roleType: 'CustomRole',
        permissions,
        assignableScopes: textsAt(resource.attributes, 'assignable_scopes'),
      };
      readRoleDefinition(present(said), this.#reading);
    },
    azuread_group: (resource) => {
      const id = objectIdOf(resource);
      if (id === undefined) return;
      const members = textsAt(resource.attributes, 'members').map((member) => ({ id: member }));
      const said = { id, displayName: textOf(resource, 'display_name'), members };
      readGroup(present(said), this.#reading);
    },
    azuread_app_role_assignment: (resource) => {
      const said = {
        principalId: textOf(resource, 'principal_object_id') ?? `${resource.address}.principal_object_id`,
        principalType: textOf(resource, 'principal_type'),
        principalDisplayName: textOf(resource, 'principal_display_name'),
        resourceId: textOf(resource, 'resource_object_id') ?? `${resource.address}.resource_object_id`,
        resourceDisplayName: textOf(resource, 'resource_display_name'),
        appRoleId: textOf(resource, 'app_role_id') ?? `${resource.address}.app_role_id`,
      };
      readAppRoleAssignment(present(said), this.#reading);
    },
    azuread_directory_role_assignment: (resource) => {
      const role = textOf(resource, 'role_id');
      const principal = textOf(resource, 'principal_object_id');
      if (role === undefined || principal === undefined) return;
      const scope = textOf(resource, 'directory_scope_id') ?? '/';
      const said = {
        id: textOf(resource, 'id'),
        principalId: principal,
        roleDefinitionId: role,
        directoryScopeId: scope,
      };
      readDirectoryAssignment(present(said), this.#reading);
    },
  };

  /** Anything that has an identity of its own, or is given one. */
  readonly #resource: Reader = (resource) => {
    const identity = blockOf(valueAt(resource.attributes, 'identity'));
    const id = textOf(resource, 'id');
    if (identity === undefined || id === undefined) return;
    const kubelet = blockOf(valueAt(resource.attributes, 'kubelet_identity'));
    const said = {
      id,
      name: textOf(resource, 'name'),
      tags: jsonAt(resource, 'tags'),
      identity: present({
        type: textAt(identity, 'type'),
        principalId: textAt(identity, 'principal_id') || undefined,
        userAssignedIdentities: Object.fromEntries(
          textsAt(identity, 'identity_ids').map((path) => [path, this.#identity(path)]),
        ),
      }),
      identityProfile:
        kubelet === undefined
          ? undefined
          : {
              kubeletidentity: present({
                clientId: textAt(kubelet, 'client_id'),
                objectId: textAt(kubelet, 'object_id'),
                resourceId: textAt(kubelet, 'user_assigned_identity_id'),
              }),
            },
    };
    readResource(present(said), this.#reading);
  };

  /** What the file knows of a managed identity. */
  #identity(path: string): JsonObject {
    const found = this.#world
      .managed('azurerm_user_assigned_identity')
      .find((other) => textOf(other, 'id')?.toLowerCase() === path.toLowerCase());
    if (found === undefined) return {};
    return present({ clientId: textOf(found, 'client_id'), principalId: textOf(found, 'principal_id') });
  }

  /** An identity that is not made yet is known by its address. */
  #referredIdentity(resource: Resource): string | undefined {
    const types = ['azuread_service_principal', 'azurerm_user_assigned_identity', 'azuread_group'];
    const referred = this.#world.referred(resource, 'principal_id', ...types);
    return referred === undefined ? undefined : (objectIdOf(referred) ?? referred.address);
  }

  #password(resource: Resource, holder: Holder, location: Location): void {
    // The value is told with its own place.
    readPassword({ ...dated(resource), keyId: keyIdOf(resource) }, holder, location, this.#reading);
  }

  #key(resource: Resource, holder: Holder, location: Location): void {
    const said = { ...dated(resource), keyId: keyIdOf(resource), type: textOf(resource, 'type'), usage: 'Verify' };
    readKey(present(said), holder, location, this.#reading);
  }

  #federated(resource: Resource, location: Location): void {
    const issuer = textOf(resource, 'issuer');
    if (issuer === undefined) return;
    const said = {
      name: textOf(resource, 'display_name'),
      issuer,
      subject: textOf(resource, 'subject'),
      claimsMatchingExpression: textOf(resource, 'claims_matching_expression'),
      audiences: [...textsAt(resource.attributes, 'audiences'), ...optional(textOf(resource, 'audience'))],
    };
    const { clientId, objectId } = this.#applicationIds(resource);
    const nativeId = clientId ?? objectId;
    readFederated(present(said), { kind: 'application', nativeId }, location, this.#reading);
  }

  #application(resource: Resource): Holder {
    const { clientId, objectId } = this.#applicationIds(resource);
    const location = this.#facts.at(resource.place);
    const holder =
      clientId === undefined
        ? named('application', objectId, location)
        : named('service-principal', clientId, location);
    return { principal: this.#reading.name(holder), clientId, on: 'application', managed: false };
  }

  /** Whose something is that names an application by `/applications/OBJECT`. */
  #applicationIds(resource: Resource): { readonly clientId: string | undefined; readonly objectId: string } {
    const text = textOf(resource, 'application_id') ?? textOf(resource, 'application_object_id');
    const types = ['azuread_application', 'azuread_application_registration'] as const;
    const known = types.flatMap((type) => [...this.#world.managed(type), ...this.#world.data(type)]);
    const objectId = text === undefined ? undefined : lastSegment(text).toLowerCase();
    const application =
      objectId === undefined
        ? (this.#world.referred(resource, 'application_id', ...types) ??
          this.#world.referred(resource, 'application_object_id', ...types))
        : known.find((other) => objectIdOf(other)?.toLowerCase() === objectId);
    const clientId = application === undefined ? undefined : clientIdOf(application)?.toLowerCase();
    return { clientId, objectId: objectId ?? application?.address ?? resource.address };
  }

  #servicePrincipal(resource: Resource): Holder {
    const type = 'azuread_service_principal';
    const text = textOf(resource, 'service_principal_id');
    const objectId = text === undefined ? undefined : lastSegment(text).toLowerCase();
    const known = [...this.#world.managed(type), ...this.#world.data(type)];
    const found =
      objectId === undefined
        ? this.#world.referred(resource, 'service_principal_id', type)
        : known.find((other) => objectIdOf(other)?.toLowerCase() === objectId);
    const clientId = found === undefined ? undefined : clientIdOf(found)?.toLowerCase();
    const nativeId = clientId ?? objectId ?? found?.address ?? resource.address;
    const location = this.#facts.at(resource.place);
    const principal = this.#reading.name(named('service-principal', nativeId, location));
    return { principal, clientId, on: 'service-principal', managed: false };
  }
}

/** Types that are read besides those of `azurerm` that have an identity. */
export const AZURE_TYPES: readonly string[] = [
  'azuread_application',
  'azuread_application_registration',
  'azuread_service_principal',
  'azuread_application_password',
  'azuread_service_principal_password',
  'azuread_application_certificate',
  'azuread_service_principal_certificate',
  'azuread_application_federated_identity_credential',
  'azuread_application_flexible_federated_identity_credential',
  'azurerm_federated_identity_credential',
  'azurerm_user_assigned_identity',
  'azurerm_role_assignment',
  'azurerm_role_definition',
  'azuread_group',
  'azuread_app_role_assignment',
  'azuread_directory_role_assignment',
];

/** Whether it is something of Azure that has an identity. */
export function hasIdentity({ type, attributes }: Resource): boolean {
  return type.startsWith('azurerm_') && blockOf(valueAt(attributes, 'identity')) !== undefined;
}

/** The provider's id of a key; its address until it has one. */
function keyIdOf(resource: Resource): string {
  return (textOf(resource, 'key_id') ?? resource.address).toLowerCase();
}

/** Since version 3 of the provider it is called what it is. */
function clientIdOf(resource: Resource): string | undefined {
  return textOf(resource, 'client_id') ?? textOf(resource, 'application_id');
}

function objectIdOf(resource: Resource): string | undefined {
  const id = textOf(resource, 'object_id') ?? textOf(resource, 'id');
  return id === undefined ? undefined : lastSegment(id);
}

function roleIdOf(resource: Resource): string {
  return (
    textOf(resource, 'role_definition_resource_id') ??
    textOf(resource, 'id')?.split('|')[0] ??
    textOf(resource, 'role_definition_id') ??
    resource.address
  );
}

function applicationOf(resource: Resource): JsonObject {
  return present({
    appId: clientIdOf(resource),
    id: objectIdOf(resource),
    displayName: textOf(resource, 'display_name'),
    signInAudience: textOf(resource, 'sign_in_audience'),
  });
}

function dated(resource: Resource): JsonObject {
  return present({
    displayName: textOf(resource, 'display_name'),
    startDateTime: textOf(resource, 'start_date'),
    endDateTime: textOf(resource, 'end_date'),
  });
}

function jsonAt({ attributes }: Resource, name: string): Json | undefined {
  const node: Node | undefined = valueAt(attributes, name);
  return node === undefined || entriesAt(node).length === 0 ? undefined : jsonOf(node);
}

function optional(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [text];
}

function present(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
