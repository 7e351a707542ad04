import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { JsonObject } from '../../model/json.ts';
import type { KubernetesBindingTarget } from './binding-target.ts';

const MOST_BYTES = 32 * 1024 * 1024;
const PAGE = 500;

interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

const listSchema = z.looseObject({
  metadata: z.looseObject({ continue: z.string().optional() }).optional(),
  items: z.array(z.unknown()),
});

/** Speaks to one API server with the broker's token. Nothing is followed elsewhere, and every call ends in time. */
export class ApiServer {
  readonly #target: KubernetesBindingTarget;

  constructor(target: KubernetesBindingTarget) {
    this.#target = target;
  }

  /**
   * @param step - for errors.
   * @param expected - statuses that the caller knows what to do with; all others are errors.
   * @throws {AppError} ERR_TARGET_UNREACHABLE, ERR_TARGET_REFUSED.
   */
  async call(
    step: string,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    expected: readonly number[],
    body?: JsonObject,
  ): Promise<ApiAnswer> {
    const place = `target "${this.#target.id}": ${step}`;
    const answer = await this.#send(place, method, path, body);
    if (expected.includes(answer.status)) return answer;
    // 408, 429 and 5xx: later it may be otherwise.
    const later = answer.status === 408 || answer.status === 429 || answer.status >= 500;
    throw new AppError(
      later ? 'ERR_TARGET_UNREACHABLE' : 'ERR_TARGET_REFUSED',
      `${place}: the API server answers ${answer.status}`,
    );
  }

  /**
   * Everything below a path, page by page. A list that has grown too old on the way (410) is begun again.
   * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
   */
  async list<Item>(step: string, path: string, schema: z.ZodType<Item>, query: string): Promise<readonly Item[]> {
    for (let attempt = 1; ; attempt += 1) {
      const items: Item[] = [];
      let next = '';
      do {
        const page = `${path}?limit=${PAGE}${query}${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`;
        const { status, body } = await this.call(step, 'GET', page, attempt < 3 ? [200, 410] : [200]);
        if (status === 410) break;
        const list = listSchema.parse(body);
        items.push(...list.items.map((item) => schema.parse(item)));
        next = list.metadata?.continue ?? '';
        if (next === '') return items;
      } while (next !== '');
    }
  }

  #send(place: string, method: string, path: string, body: JsonObject | undefined): Promise<ApiAnswer> {
    const { server, token, ca, timeout } = this.#target;
    const url = new URL(`${server.replace(/\/$/, '')}${path}`);
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown): void =>
        reject(new AppError('ERR_TARGET_UNREACHABLE', `${place}: no answer`, { cause }));
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const request = send(url, {
        method,
        signal: AbortSignal.timeout(timeout),
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${token.reveal()}`,
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(ca === undefined ? {} : { ca }),
      });
      request.on('error', fail);
      request.on('response', (response) => {
        const parts: Buffer[] = [];
        let size = 0;
        response.on('data', (part: Buffer) => {
          size += part.length;
          parts.push(part);
          if (size > MOST_BYTES) response.destroy(new Error('the answer is too large'));
        });
        response.on('error', fail);
        response.on('end', () => {
          try {
            const said = Buffer.concat(parts).toString('utf8');
            resolve({ status: response.statusCode ?? 0, body: said === '' ? undefined : JSON.parse(said) });
          } catch (error) {
            fail(error);
          }
        });
      });
      request.end(text);
    });
  }
}
