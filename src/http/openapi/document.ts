import { z } from 'zod';
import { TITLES } from '../error-answer.ts';
import { documents, wellKnown } from './documents.ts';
import { leases } from './leases.ts';
import type { Answer, Area, Operation, Proof } from './operation.ts';
import { operations } from './operations.ts';
import { people } from './people.ts';
import { records } from './records.ts';
import { requests } from './requests.ts';
import { SCHEMAS } from './schemas.ts';
import { securityEvents, ssf } from './security-events.ts';
import { tokens } from './tokens.ts';

/** Every area of the document. A new one adds a line. */
const AREAS: readonly Area[] = [
  tokens,
  requests,
  leases,
  people,
  records,
  documents,
  wellKnown,
  securityEvents,
  ssf,
  operations,
];

const PROOFS: Readonly<Record<Exclude<Proof, 'none' | 'inBody'>, object>> = {
  session: {
    type: 'http',
    scheme: 'bearer',
    description: 'The session of an operator, from /api/session or `lapse login`.',
  },
  subjectToken: { type: 'http', scheme: 'bearer', description: 'The JWT of a workload that a trust rule takes.' },
  dpop: { type: 'http', scheme: 'dpop', description: 'RFC 9449: a token that is bound to a key, and the proof of it.' },
  clientCertificate: { type: 'mutualTLS', description: 'RFC 8705 and X.509-SVID.' },
  receiverToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of a receiver of `issuer.security_events`.',
  },
  metricsToken: { type: 'http', scheme: 'bearer', description: '`issuer.metrics_token` of the configuration.' },
};

type Names = ReturnType<typeof z.registry<{ id: string }>>;

/**
 * The OpenAPI 3.1 description of everything that programs call. Pages for people (`BROWSER_ROUTES`) are left out: their forms carry proofs
 * of the page that they came with, so no program has a use for them. So are methods that are answered 405 only.
 *
 * @param url - of the issuer.
 */
export function openApiDocument(url: string): object {
  const names: Names = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(SCHEMAS)) names.add(schema, { id });
  const paths: Record<string, object> = {};
  for (const area of AREAS)
    for (const [path, methods] of Object.entries(area.paths(url)))
      paths[path.replace(/:(\w+)/g, '{$1}')] = {
        ...(area.atOrigin === true ? { servers: [{ url: new URL(url).origin }] } : {}),
        ...Object.fromEntries(
          Object.entries(methods).map(([method, operation]) => [method, describe(operation, area.tag, names)]),
        ),
      };
  return {
    openapi: '3.1.1',
    info: {
      title: 'lapse issuer',
      version: '1',
      description:
        'Credentials that end by themselves. Left out: the pages for people below /console, /login, /logout and /device.',
    },
    servers: [{ url }],
    tags: [...new Map(AREAS.map(({ tag, description }) => [tag, { name: tag, description }])).values()],
    paths,
    components: { schemas: schemasOf(names), securitySchemes: PROOFS },
  };
}

function describe(operation: Operation, tag: string, names: Names): object {
  const { id, summary, description, query, params, proofs } = operation;
  const parameters = [...parametersOf('path', params), ...parametersOf('query', query)];
  const body = bodyOf(operation, names);
  return {
    tags: [tag],
    operationId: id,
    summary,
    ...(description === undefined ? {} : { description }),
    security: proofs.map((proof) => (proof === 'none' || proof === 'inBody' ? {} : { [proof]: [] })),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.answers).map(([status, answer]) => [status, success(id, answer, names)]),
      ),
      ...Object.fromEntries(errorsOf(operation).map((status) => [status, failure(operation, status)])),
    },
  };
}

function parametersOf(place: 'path' | 'query', schema: z.ZodObject | undefined): readonly object[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: place,
    ...(required.includes(name) ? { required: true } : {}),
    schema: one,
  }));
}

function bodyOf({ id, json, form }: Operation, names: Names): object | undefined {
  if (json !== undefined)
    return { required: true, content: { 'application/json': { schema: refTo(json, `${capital(id)}Body`, names) } } };
  if (form === undefined) return undefined;
  const schema = refTo(form, `${capital(id)}Form`, names);
  const encoding = { authorization_details: { contentType: 'application/json' } };
  return { required: true, content: { 'application/x-www-form-urlencoded': { schema, encoding } } };
}

function success(id: string, { description, schema, type }: Answer, names: Names): object {
  if (schema === undefined) return { description };
  return {
    description,
    content: { [type ?? 'application/json']: { schema: refTo(schema, `${capital(id)}Answer`, names) } },
  };
}

/** What follows from the form of an operation, and what it says itself. */
function errorsOf({ json, form, query, params, proofs, errors = [], answers }: Operation): readonly number[] {
  const input = json !== undefined || form !== undefined || query !== undefined || params !== undefined;
  const signedIn = !proofs.includes('none') && !proofs.includes('inBody');
  const all = [
    ...(input ? [400] : []),
    ...(signedIn ? [401] : []),
    ...(params === undefined ? [] : [404]),
    ...(json === undefined ? [] : [413, 415]),
    429,
    500,
    ...errors,
  ];
  return [...new Set(all)].filter((status) => answers[status] === undefined).sort((a, b) => a - b);
}

function failure({ oauth }: Operation, status: number): object {
  const [type, name] = oauth === true ? ['application/json', 'OAuthError'] : ['application/problem+json', 'Problem'];
  return {
    description: TITLES[status] ?? 'The request failed',
    content: { [type]: { schema: { $ref: `#/components/schemas/${name}` } } },
  };
}

function refTo(schema: z.ZodType, name: string, names: Names): object {
  if (names.get(schema) === undefined) names.add(schema, { id: name });
  return { $ref: `#/components/schemas/${names.get(schema)?.id ?? name}` };
}

function schemasOf(names: Names): Readonly<Record<string, object>> {
  const { schemas } = z.toJSONSchema(names, { io: 'input', uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $id: _id, $schema: _dialect, ...schema }]) => [id, schema]),
  );
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
