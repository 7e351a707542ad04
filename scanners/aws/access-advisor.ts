import type { JsonObject } from '../../src/model/json.ts';
import { instant } from '../../src/scan/formats/instant.ts';
import { member, objects, text } from '../../src/scan/formats/json-members.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { parseIamArn } from './arn.ts';
import { baseName, readReplies } from './replies.ts';
import { referencedPrincipal } from './trusts.ts';

/**
 * Reads `aws iam get-service-last-accessed-details`. The answer does not name whom it is about: that comes from a member beside
 * it (`Arn`), from the file's name (percent-encoded), or from `--export aws-access-advisor=ARN:FILE`; it is never guessed.
 *
 * Denied attempts count as use here, and resource policies, boundaries and organization policies are not considered; records
 * begin some 400 days back and lag by hours. So a date is of medium confidence, and a null is only as old as that.
 *
 * Source: IAM User Guide, "Refine permissions in AWS using last accessed information".
 */
export async function readAccessAdvisor(file: SourceFile, context: ScanContext): Promise<void> {
  await readReplies(file, context, (reply) => {
    const { location } = reply;
    const status = reply.text('JobStatus');
    if (status !== undefined && status !== 'COMPLETED') {
      context.problem({ message: `the job is ${status}: its answer says nothing`, location });
      return;
    }
    const arn = [reply.text('Arn'), file.about, baseName(file).replace(/\.json$/, '')].find(isEntity);
    if (arn === undefined) {
      const message =
        'the answer does not name whom it is about: give it as --export aws-access-advisor=ARN:FILE, or add its Arn';
      context.problem({ message, location });
      return;
    }
    const { type = '', account } = parseIamArn(arn) ?? {};
    const services = reply.objects('ServicesLastAccessed').map(({ value }) => value);
    const asOf = instant(reply.text('JobCompletionDate'));
    const lastUsedAt = services.map(lastUse).reduce(later, undefined);
    const body = referencedPrincipal(type, arn, account, location);
    context.emit({
      kind: 'principal',
      body: {
        ...body,
        // Denied attempts count, so that the entity lived; that it never did cannot be told from this.
        usage: {
          source: SOURCE,
          confidence: 'medium',
          ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
          ...(asOf === undefined ? {} : { asOf }),
        },
        observations: [
          {
            source: SOURCE,
            kind: 'activity',
            confidence: 'medium',
            ...(asOf === undefined ? {} : { asOf }),
            actions: actionsOf(services),
            detail: {
              granularity: reply.text('JobType') ?? 'SERVICE_LEVEL',
              window_days: WINDOW_DAYS,
              whole: reply.whole,
            },
            location,
          },
        ],
      },
    });
  });
}

const SOURCE = 'aws-access-advisor';
const WINDOW_DAYS = 400;

function isEntity(arn: string | undefined): arn is string {
  const type = arn === undefined ? undefined : parseIamArn(arn)?.type;
  return type === 'user' || type === 'role' || type === 'group';
}

function lastUse(service: JsonObject): string | undefined {
  return instant(member(service, 'LastAuthenticated'));
}

function later(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined) return other;
  return other === undefined || one > other ? one : other;
}

/** Services as `s3:*`, and the actions of those that are tracked so finely. */
function actionsOf(services: readonly JsonObject[]): Readonly<Record<string, string | null>> {
  const actions: [string, string | null][] = [];
  for (const service of services) {
    const namespace = text(service, 'ServiceNamespace');
    if (namespace === undefined) continue;
    actions.push([`${namespace}:*`, lastUse(service) ?? null]);
    for (const action of objects(service, 'TrackedActionsLastAccessed')) {
      const name = text(action, 'ActionName');
      if (name !== undefined)
        actions.push([`${namespace}:${name}`, instant(member(action, 'LastAccessedTime')) ?? null]);
    }
  }
  return Object.fromEntries(actions.sort(([one], [other]) => (one < other ? -1 : 1)));
}
