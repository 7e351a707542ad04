import { textAt } from '../../src/scan/formats/node.ts';
import { type Resource, textOf } from './resource.ts';

/**
 * Full names of resources as Cloud Asset Inventory has them, by the type that their IAM resources begin with. In braces stand
 * attributes; one that has a full path already is taken as it is, and other forms are cut to their last part.
 *
 * Source: Cloud Asset Inventory documentation, "Asset names", and the reference of the provider `hashicorp/google`.
 */
const NAMES: Readonly<Record<string, string | undefined>> = {
  google_project: '//cloudresourcemanager.googleapis.com/projects/{project}',
  google_folder: '//cloudresourcemanager.googleapis.com/folders/{folder}',
  google_organization: '//cloudresourcemanager.googleapis.com/organizations/{org_id}',
  google_billing_account: '//cloudbilling.googleapis.com/billingAccounts/{billing_account_id}',
  google_service_account: '//iam.googleapis.com/projects/{project}/serviceAccounts/{service_account_id}',
  google_storage_bucket: '//storage.googleapis.com/{bucket}',
  google_kms_key_ring: '//cloudkms.googleapis.com/projects/{project}/locations/{location}/keyRings/{key_ring_id}',
  google_kms_crypto_key:
    '//cloudkms.googleapis.com/projects/{project}/locations/{location}/keyRings/{key_ring}/cryptoKeys/{crypto_key_id}',
  google_secret_manager_secret: '//secretmanager.googleapis.com/projects/{project}/secrets/{secret_id}',
  google_pubsub_topic: '//pubsub.googleapis.com/projects/{project}/topics/{topic}',
  google_pubsub_subscription: '//pubsub.googleapis.com/projects/{project}/subscriptions/{subscription}',
  google_bigquery_dataset: '//bigquery.googleapis.com/projects/{project}/datasets/{dataset_id}',
  google_bigquery_table: '//bigquery.googleapis.com/projects/{project}/datasets/{dataset_id}/tables/{table_id}',
  google_cloud_run_service: '//run.googleapis.com/projects/{project}/locations/{location}/services/{service}',
  google_cloud_run_v2_service: '//run.googleapis.com/projects/{project}/locations/{location}/services/{name}',
  google_cloud_run_v2_job: '//run.googleapis.com/projects/{project}/locations/{location}/jobs/{name}',
  google_cloudfunctions_function:
    '//cloudfunctions.googleapis.com/projects/{project}/locations/{region}/functions/{cloud_function}',
  google_cloudfunctions2_function:
    '//cloudfunctions.googleapis.com/projects/{project}/locations/{location}/functions/{cloud_function}',
  google_compute_instance: '//compute.googleapis.com/projects/{project}/zones/{zone}/instances/{instance_name}',
  google_compute_disk: '//compute.googleapis.com/projects/{project}/zones/{zone}/disks/{name}',
  google_compute_image: '//compute.googleapis.com/projects/{project}/global/images/{image}',
  google_compute_snapshot: '//compute.googleapis.com/projects/{project}/global/snapshots/{name}',
  google_compute_subnetwork: '//compute.googleapis.com/projects/{project}/regions/{region}/subnetworks/{subnetwork}',
  google_spanner_instance: '//spanner.googleapis.com/projects/{project}/instances/{instance}',
  google_spanner_database: '//spanner.googleapis.com/projects/{project}/instances/{instance}/databases/{database}',
  google_bigtable_instance: '//bigtableadmin.googleapis.com/projects/{project}/instances/{instance}',
  google_bigtable_table: '//bigtableadmin.googleapis.com/projects/{project}/instances/{instance}/tables/{table}',
  google_artifact_registry_repository:
    '//artifactregistry.googleapis.com/projects/{project}/locations/{location}/repositories/{repository}',
  google_sourcerepo_repository: '//sourcerepo.googleapis.com/projects/{project}/repos/{repository}',
  google_cloud_tasks_queue: '//cloudtasks.googleapis.com/projects/{project}/locations/{location}/queues/{name}',
  google_dataproc_cluster: '//dataproc.googleapis.com/projects/{project}/regions/{region}/clusters/{cluster}',
};

const IAM = /^(google_\w+?)_iam_(member|binding|policy)$/;

/** Which IAM resource a type is: of what, and whether it names one member, all of a role, or the whole policy. */
export function iamType(type: string): { readonly of: string; readonly form: string } | undefined {
  const [, of, form] = IAM.exec(type) ?? [];
  return of === undefined || form === undefined ? undefined : { of, form };
}

/**
 * The full name of what an IAM resource speaks of; the address of the resource where that is not known yet, so that it is
 * neither everything nor nothing.
 */
export function resourceName(resource: Resource, of: string): string {
  const template = NAMES[of];
  if (template === undefined) return named(resource, textOf(resource, 'name') ?? textOf(resource, 'id'));
  const parts = [...template.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? '');
  const last = textOf(resource, parts.at(-1) ?? '');
  // Most providers' attributes take, and all of them keep, the whole path.
  const path = /^(?:\/\/[^/]+\/)?((?:projects|folders|organizations|billingAccounts)\/.+)$/.exec(last ?? '')?.[1];
  const host = /^\/\/[^/]+\//.exec(template)?.[0] ?? '';
  if (path !== undefined) return `${host}${path}`;
  const ring = of.startsWith('google_kms_') ? kmsPath(last, of) : undefined;
  if (ring !== undefined) return `${host}${ring}`;
  const values = parts.map(
    (part) => tail(textOf(resource, part)) ?? (part === 'project' ? projectIn(resource) : undefined),
  );
  if (values.some((value) => value === undefined)) return named(resource, undefined);
  let at = 0;
  return template.replaceAll(/\{\w+\}/g, () => values[at++] ?? '');
}

/** `project/location/ring` and `project/location/ring/key`, which KMS takes too. */
function kmsPath(text: string | undefined, of: string): string | undefined {
  const [project, location, ring, key] = text?.split('/') ?? [];
  if (ring === undefined) return undefined;
  const path = `projects/${project}/locations/${location}/keyRings/${ring}`;
  if (of === 'google_kms_key_ring') return path;
  return key === undefined ? undefined : `${path}/cryptoKeys/${key}`;
}

/** Buckets are `b/NAME`, projects `projects/NAME`. */
function tail(text: string | undefined): string | undefined {
  return text?.slice(text.lastIndexOf('/') + 1);
}

function projectIn(resource: Resource): string | undefined {
  for (const name of ['id', 'name', 'service_account_id']) {
    const project = /(?:^|\/)projects\/([^/]+)\//.exec(textAt(resource.attributes, name) ?? '')?.[1];
    if (project !== undefined) return project;
  }
  return undefined;
}

function named({ address, type }: Resource, id: string | undefined): string {
  return `terraform:${id === undefined ? address : `${type}/${id}`}`;
}
