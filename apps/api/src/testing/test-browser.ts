export interface Visit {
  /** Where the browser ended: a page, or an address that nobody here serves. */
  readonly url: URL;
  /** Undefined: that address was not opened. */
  readonly response: Response | undefined;
}

export interface TestBrowser {
  open(url: string, form?: Readonly<Record<string, string>>): Promise<Visit>;
  /** What it would send to this address. */
  cookies(url: string): string;
  /** Every address it was at. */
  readonly history: readonly string[];
}

export interface BrowserOptions {
  /** Origins that exist, and where they are really served. */
  readonly served: () => Readonly<Record<string, string>>;
}

interface Cookie {
  readonly origin: string;
  readonly path: string;
  readonly value: string;
}

/** Follows redirects and keeps cookies by origin and path, as browsers do; opens nothing but what is served. */
export function createTestBrowser({ served }: BrowserOptions): TestBrowser {
  const jar = new Map<string, Cookie>();
  const history: string[] = [];
  const cookies = (to: string): string => {
    const { origin, pathname } = new URL(to);
    const sent = [...jar].filter(
      ([, cookie]) => cookie.origin === origin && pathname.startsWith(cookie.path),
    );
    return sent.map(([name, { value }]) => `${name.split(' ')[0]}=${value}`).join('; ');
  };
  const keep = (from: string, response: Response): void => {
    const { origin } = new URL(from);
    for (const header of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      const path = /; ?path=([^;]*)/i.exec(header)?.[1] ?? '/';
      const isGone = /; ?max-age=0/i.test(header) || value === '';
      if (isGone) jar.delete(`${name} ${origin} ${path}`);
      else jar.set(`${name} ${origin} ${path}`, { origin, path, value });
    }
  };
  return {
    history,
    cookies,
    open: async (start, form) => {
      let url = new URL(start);
      let body = form === undefined ? null : new URLSearchParams(form);
      for (let hops = 0; hops < 20; hops += 1) {
        history.push(url.href);
        const base = served()[url.origin];
        if (base === undefined) return { url, response: undefined };
        const response = await fetch(`${base}${url.pathname}${url.search}`, {
          method: body === null ? 'GET' : 'POST',
          redirect: 'manual',
          headers: { cookie: cookies(url.href) },
          body,
        });
        keep(url.href, response);
        const location = response.headers.get('location');
        if (location === null) return { url, response };
        url = new URL(location, url);
        body = null;
      }
      throw new Error(`too many redirects, at last to ${url.href}`);
    },
  };
}
