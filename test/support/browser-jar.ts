/** A browser without a screen: cookies, origins and forms, and nothing that a page could run. */
export interface Page {
  readonly status: number;
  readonly url: string;
  readonly headers: Headers;
  readonly text: string;
  /** Hidden and visible fields of the form that posts to a path ending like this. */
  form(action: string): Record<string, string>;
}

let drawn = 1;

export class BrowserJar {
  readonly cookies = new Map<string, string>();
  /** Attributes as they were set last, by name. */
  readonly attributes = new Map<string, string>();
  readonly #origins: ReadonlyMap<string, string>;
  /** Told as a proxy would: each browser is somewhere else, so that limits per address are each browser's own. */
  readonly address = `10.9.${(drawn >> 8) & 255}.${drawn++ & 255}`;

  /** @param origins - public origin → where it really is. */
  constructor(origins: Readonly<Record<string, string>> = {}) {
    this.#origins = new Map(Object.entries(origins));
  }

  async get(url: string, { follow = true } = {}): Promise<Page> {
    return await this.#send(url, { method: 'GET' }, follow);
  }

  /** Sends a form as the page at `from` would. */
  async post(
    url: string,
    form: Readonly<Record<string, string>>,
    { follow = true, headers = { origin: new URL(url).origin } as Record<string, string> } = {},
  ): Promise<Page> {
    const body = new URLSearchParams(form).toString();
    const all = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
    return await this.#send(url, { method: 'POST', body, headers: all }, follow);
  }

  async #send(url: string, init: RequestInit & { headers?: Record<string, string> }, follow: boolean): Promise<Page> {
    const { origin } = new URL(url);
    const real = (this.#origins.get(origin) ?? origin) + url.slice(origin.length);
    const cookie = [...this.cookies]
      .filter(([key]) => key.startsWith(`${origin} `))
      .map(([key, value]) => `${key.slice(origin.length + 1)}=${value}`)
      .join('; ');
    const response = await fetch(real, {
      ...init,
      redirect: 'manual',
      headers: { 'x-forwarded-for': this.address, ...init.headers, ...(cookie === '' ? {} : { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) this.#keep(origin, line);
    const next = response.headers.get('location');
    if (follow && next !== null) return await this.#send(new URL(next, url).href, { method: 'GET' }, true);
    const text = await response.text();
    return { status: response.status, url, headers: response.headers, text, form: (action) => fields(text, action) };
  }

  #keep(origin: string, line: string): void {
    const [pair = '', ...attributes] = line.split(';');
    const at = pair.indexOf('=');
    const name = pair.slice(0, at);
    this.attributes.set(name, attributes.join(';'));
    if (/max-age=0(;|$)/i.test(attributes.map((one) => one.trim()).join(';'))) this.cookies.delete(`${origin} ${name}`);
    else this.cookies.set(`${origin} ${name}`, decodeURIComponent(pair.slice(at + 1)));
  }
}

function fields(html: string, action: string): Record<string, string> {
  const form = [...html.matchAll(/<form[^>]*action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].find(([, to]) =>
    to?.endsWith(action),
  );
  if (form === undefined) throw new Error(`no form to ${action} in:\n${html}`);
  const inputs = [...(form[2] ?? '').matchAll(/<input[^>]*>/g)].map(([input]) => [
    /name="([^"]*)"/.exec(input)?.[1] ?? '',
    /value="([^"]*)"/.exec(input)?.[1] ?? '',
  ]);
  return Object.fromEntries(inputs);
}
