import { AppError } from '../../errors.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import type { CollectedFile, CollectReport } from './collector.ts';

export interface RestListingOptions {
  readonly client: ApiClient;
  /** Whose API it is, for people. */
  readonly provider: string;
  readonly report: CollectReport;
  /** What the next page is asked for by; undefined on the last one. */
  next(answer: ApiAnswer, path: string): string | undefined;
}

/** A list that an API gives page by page. */
export interface Listing {
  /** What is asked for. */
  readonly path: string;
  /** Of the file that it becomes. */
  readonly file: string;
  /** Something that not everybody has: 404 says no more than that. */
  readonly optional?: true;
  /** What becomes of a page; the page itself when absent. */
  content?(page: unknown, text: string): string;
}

/** Asks for lists, and makes files of them for the scanner that reads exports of the same. */
export class RestListing {
  readonly #options: RestListingOptions;

  constructor(options: RestListingOptions) {
    this.#options = options;
  }

  /**
   * The file of one list; none where it is empty or may not be read, which is told.
   *
   * @param each - is shown every page.
   */
  async *file(listing: Listing, each: (page: unknown) => void = () => undefined): AsyncGenerator<CollectedFile> {
    const { path, file, optional, content = (_: unknown, text: string) => `${text}\n` } = listing;
    const pages = this.#pages(path);
    const first = await pages.next();
    if (first.done === true || (first.value.status === 404 && optional === true)) return;
    if (first.value.status !== 200) {
      this.#refuse(file, path, first.value);
      return;
    }
    const start = parsed(first.value, path);
    if (isEmpty(start)) return;
    yield { path: file, content: this.#texts({ first: first.value, pages, path, content, each }) };
  }

  /** All elements of a list that decides what is asked for next; undefined when it may not be read, which is told. */
  async elements<Element>(
    { path, file }: Listing,
    of: (page: unknown) => readonly Element[],
  ): Promise<readonly Element[] | undefined> {
    const found: Element[] = [];
    for await (const page of this.#pages(path)) {
      if (page.status !== 200) {
        this.#refuse(file, path, page);
        return undefined;
      }
      found.push(...of(parsed(page, path)));
    }
    return found;
  }

  async *#texts(list: {
    readonly first: ApiAnswer;
    readonly pages: AsyncGenerator<ApiAnswer>;
    readonly path: string;
    readonly content: (page: unknown, text: string) => string;
    readonly each: (page: unknown) => void;
  }): AsyncGenerator<string> {
    const { first, pages, path, content, each } = list;
    for (let page: ApiAnswer | undefined = first; page !== undefined; ) {
      if (page.status !== 200) {
        throw new AppError('ERR_LIVE_UNREACHABLE', `a further page of ${this.#refusal(path, page)}`, {
          hint: 'scan again; what was read of it before stays as it was',
        });
      }
      const value = parsed(page, path);
      each(value);
      yield content(value, page.text);
      const following: IteratorResult<ApiAnswer> = await pages.next();
      page = following.done === true ? undefined : following.value;
    }
  }

  /** Answers up to the last page, or to the first that is none. */
  async *#pages(path: string): AsyncGenerator<ApiAnswer> {
    for (let next: string | undefined = path; next !== undefined; ) {
      const answer: ApiAnswer = await this.#options.client.get(next);
      yield answer;
      next = answer.status === 200 ? this.#options.next(answer, path) : undefined;
    }
  }

  #refuse(file: string, path: string, answer: ApiAnswer): void {
    this.#options.report.problem({ path: file, message: this.#refusal(path, answer), cause: this.#cause(answer) });
  }

  #refusal(path: string, answer: ApiAnswer): string {
    return `${path.split('?')[0]}: ${this.#cause(answer)}`;
  }

  #cause({ status }: ApiAnswer): string {
    const why = status === 401 ? 'it does not know who asks' : 'it may not be read, or is not there';
    return `${this.#options.provider} answers ${status}: ${why}`;
  }
}

const NEXT = /<([^>]+)>;\s*rel="next"/;

/** The next page by the `Link` header (RFC 8288). */
export function nextByLink({ headers }: ApiAnswer): string | undefined {
  const { link } = headers;
  return NEXT.exec(typeof link === 'string' ? link : '')?.[1];
}

function parsed({ text }: ApiAnswer, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('ERR_LIVE_UNREACHABLE', `${path.split('?')[0]}: the answer is no JSON`, { cause });
  }
}

/** There is none of it: nothing to read, and nothing that was there before. */
function isEmpty(page: unknown): boolean {
  if (Array.isArray(page)) return page.length === 0;
  if (typeof page !== 'object' || page === null) return true;
  if ('total_count' in page) return page.total_count === 0;
  if ('value' in page) return Array.isArray(page.value) && page.value.length === 0 && !('@odata.nextLink' in page);
  return 'readTime' in page && !('assets' in page) && !('nextPageToken' in page);
}
