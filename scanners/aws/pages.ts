import type { Location } from '../../src/model/location.ts';

interface Page {
  readonly account: string | undefined;
  readonly end: Location;
}

/** Keeps account of which page says that it goes on, and whether the next one is there. */
export class Pages {
  #account: string | undefined;
  #truncated = false;
  #open: Page | undefined;

  truncated(is: boolean): void {
    this.#truncated = is;
  }

  /** The account that something of the page is of; AWS's own policies are of none. */
  account(id: string | undefined): void {
    if (id !== undefined && id !== 'aws') this.#account ??= id;
  }

  /** Ends a page; tells where one ended that this is not the next of. */
  end(place: Location): readonly Location[] {
    const before = this.#open;
    const other = before?.account !== undefined && this.#account !== undefined && before.account !== this.#account;
    const missing = before !== undefined && other ? [before.end] : [];
    this.#open = this.#truncated ? { account: this.#account, end: place } : undefined;
    this.#truncated = false;
    this.#account = undefined;
    return missing;
  }

  /** What is open when the file ends. */
  rest(): readonly Location[] {
    return this.#open === undefined ? [] : [this.#open.end];
  }
}
