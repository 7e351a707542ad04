import type { AppError } from '../../src/errors.ts';
import type { Credential } from '../../src/model/credential.ts';
import { credentialId, principalId } from '../../src/model/id.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { Usage } from '../../src/model/usage.ts';
import { csvRows } from '../../src/scan/formats/csv.ts';
import { syntaxError } from '../../src/scan/formats/format-error.ts';
import { instant } from '../../src/scan/formats/instant.ts';
import { member, normalName, text } from '../../src/scan/formats/json-members.ts';
import { readPositionedJson } from '../../src/scan/formats/positioned-json.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { parseIamArn, pathlessArn } from './arn.ts';

/**
 * Reads a credential report, decoded: one principal per row, one credential per key, password and certificate.
 *
 * Source: IAM User Guide, "Generate credential reports for your AWS account". AWS makes a new report at most every four
 * hours, so what was changed since may still read as it was; the decoded file does not say when it was made.
 */
export async function readCredentialReport(file: SourceFile, context: ScanContext): Promise<void> {
  readReport(await file.readText(), undefined, context, (line, column) => ({
    path: file.path,
    line,
    ...(column === undefined ? {} : { column }),
  }));
}

/**
 * Reads the response of `get-credential-report`: the same in Base64, with the time that the report was made.
 *
 * @throws {AppError} ERR_SCAN_SYNTAX with `file:line:column` when the response is no JSON.
 */
export async function readCredentialReportResponse(file: SourceFile, context: ScanContext): Promise<void> {
  let fields: Record<string, Json> = {};
  await readPositionedJson(file, {
    item: (name, value) => {
      fields[normalName(name)] = value;
    },
    documentEnd: (end) => {
      const response: JsonObject = fields;
      const content = text(response, 'Content');
      if (content !== undefined) {
        // Lines inside of the Base64 text are lines of no file: the response is the place.
        readReport(decode(content), instant(member(response, 'GeneratedTime')), context, () => ({
          ...end,
          line: 1,
          column: 1,
        }));
      }
      fields = {};
    },
  });
}

function decode(content: string): string {
  return Buffer.from(content, 'base64').toString('utf8');
}

const COLUMNS = ['user', 'arn', 'user_creation_time', 'password_enabled', 'mfa_active', 'access_key_1_active'] as const;

type Row = ReadonlyMap<string, string>;
type PlaceAt = (line: number, column?: number) => Location;

function readReport(report: string, asOf: string | undefined, context: ScanContext, placeAt: PlaceAt): void {
  let header: readonly string[] | undefined;
  for (const { line, fields, broken } of csvRows(report.replace(/^\uFEFF/, ''))) {
    if (header === undefined) {
      header = fields;
      const missing = COLUMNS.filter((column) => !fields.includes(column));
      if (missing.length > 0) throw noColumns(placeAt(line, 1), missing);
    } else if (broken !== undefined) {
      context.problem({
        message: 'a row of the credential report whose quotes are broken',
        location: placeAt(line, broken),
      });
    } else if (fields.length !== header.length) {
      const message = `a row of the credential report with ${fields.length} of ${header.length} fields`;
      context.problem({ message, location: placeAt(line, 1) });
    } else {
      const names = header;
      readRow(new Map(fields.map((field, index) => [names[index] ?? '', field])), asOf, context, placeAt(line, 1));
    }
  }
}

function noColumns(place: Location, columns: readonly string[]): AppError {
  const { path, line = 1, column = 1 } = place;
  return syntaxError(path, { line, column }, `a credential report without the column ${columns.join(', ')}`);
}

function readRow(row: Row, asOf: string | undefined, context: ScanContext, location: Location): void {
  const arn = row.get('arn') ?? '';
  const parsed = parseIamArn(arn);
  if (parsed === undefined || (parsed.type !== 'user' && parsed.type !== 'root')) {
    context.problem({
      message: 'a row of the credential report whose arn is neither a user nor the root user',
      location,
    });
    return;
  }
  const kind = parsed.type;
  const id = principalId('aws', kind, arn);
  const createdAt = instant(row.get('user_creation_time'));
  const pathless = pathlessArn(arn);
  const password = flag(row.get('password_enabled'));
  const mfa = flag(row.get('mfa_active'));
  const body: Principal = {
    id,
    platform: 'aws',
    kind,
    nativeId: arn,
    name: kind === 'root' ? 'root' : (row.get('user') ?? arn),
    scope: [parsed.account],
    seen: 'listed',
    ...(pathless === arn ? {} : { aliases: [pathless] }),
    ...(createdAt === undefined ? {} : { createdAt }),
    attributes: {
      ...(password === undefined ? {} : { password_enabled: password }),
      ...(mfa === undefined ? {} : { mfa_active: mfa }),
    },
    locations: [location],
  };
  context.emit({ kind: 'principal', body });
  for (const credential of credentialsOf(row, { id, arn, kind, asOf, location }))
    context.emit({ kind: 'credential', body: credential });
}

/** `not_supported` (the root user's password) and `N/A` are neither. */
function flag(value: string | undefined): boolean | undefined {
  if (value?.toLowerCase() === 'true') return true;
  return value?.toLowerCase() === 'false' ? false : undefined;
}

interface Holder {
  readonly id: string;
  readonly arn: string;
  readonly kind: 'user' | 'root';
  readonly asOf: string | undefined;
  readonly location: Location;
}

function credentialsOf(row: Row, holder: Holder): readonly Credential[] {
  return [
    password(row, holder),
    accessKey(row, holder, '1'),
    accessKey(row, holder, '2'),
    certificate(row, holder, '1'),
    certificate(row, holder, '2'),
  ].filter((credential) => credential !== undefined);
}

function password(row: Row, holder: Holder): Credential | undefined {
  const enabled = row.get('password_enabled');
  // The root user's password cannot be asked about: it is there until an organization takes it away.
  if (flag(enabled) !== true && enabled !== 'not_supported') return undefined;
  const expiresAt = instant(row.get('password_next_rotation'));
  // N/A and no_information can both mean that nobody ever signed in, or that nothing was kept: neither is evidence.
  const lastUsedAt = instant(row.get('password_last_used'));
  return {
    ...credential(
      holder,
      'console-password',
      'console-password',
      flag(enabled) === true ? 'active' : 'unknown',
      row.get('password_last_changed'),
    ),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    usage: usageOf(holder, lastUsedAt === undefined ? {} : { lastUsedAt }),
  };
}

function accessKey(row: Row, holder: Holder, slot: '1' | '2'): Credential | undefined {
  const column = (name: string) => row.get(`access_key_${slot}_${name}`);
  const active = flag(column('active'));
  const rotated = column('last_rotated');
  // Not active and never made: the slot is empty.
  if (active !== true && instant(rotated) === undefined) return undefined;
  const lastUsedAt = instant(column('last_used_date'));
  const service = named(column('last_used_service'));
  const region = named(column('last_used_region'));
  return {
    ...credential(holder, 'access-key', `access-key-${slot}`, active === true ? 'active' : 'inactive', rotated),
    usage: usageOf(holder, {
      ...(lastUsedAt === undefined ? unused(column('last_used_date')) : { lastUsedAt }),
      ...(service === undefined ? {} : { service }),
      ...(region === undefined ? {} : { region }),
    }),
    // The report has no key ids; which listed key this is shows only by when it was made.
    join: { by: 'position in the report', confidence: 'low' },
  };
}

function certificate(row: Row, holder: Holder, slot: '1' | '2'): Credential | undefined {
  const active = flag(row.get(`cert_${slot}_active`));
  const rotated = row.get(`cert_${slot}_last_rotated`);
  if (active !== true && instant(rotated) === undefined) return undefined;
  return {
    ...credential(
      holder,
      'signing-certificate',
      `signing-certificate-${slot}`,
      active === true ? 'active' : 'inactive',
      rotated,
    ),
    expiryUnknown: true,
    join: { by: 'position in the report', confidence: 'low' },
  };
}

function credential(
  { id, arn, location }: Holder,
  kind: string,
  suffix: string,
  status: Credential['status'],
  created: string | undefined,
): Credential {
  const nativeId = `${arn}#${suffix}`;
  const createdAt = instant(created);
  return {
    id: credentialId('aws', kind, nativeId),
    platform: 'aws',
    kind,
    nativeId,
    principal: id,
    status,
    ...(createdAt === undefined ? {} : { createdAt }),
    locations: [location],
  };
}

function usageOf({ asOf }: Holder, fields: Partial<Usage>): Usage {
  return { ...fields, source: 'aws-credential-report', ...(asOf === undefined ? {} : { asOf }), confidence: 'high' };
}

/** For a key that is there, N/A says that it was not used since AWS keeps track (April 2015). */
function unused(value: string | undefined): Partial<Usage> {
  return value === 'N/A' ? { never: true } : {};
}

function named(value: string | undefined): string | undefined {
  return value === undefined || value === '' || value === 'N/A' || value === 'no_information' ? undefined : value;
}
