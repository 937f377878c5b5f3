import { createHash, randomBytes } from 'node:crypto';
import type { OidcTestProvider } from './oidc-provider.js';
import { publicUrl } from './oidc-provider.js';
import type { TestApi } from './test-api.js';
import { createTestBrowser } from './test-browser.js';
import type { TestBrowser, Visit } from './test-browser.js';

const loopback = 'http://127.0.0.1:45678/callback';

export interface SignInSteps {
  /** Of the client; made unless given. */
  verifier?: string;
  redirectUri?: string;
  browser?: TestBrowser;
}

export interface SignedIn {
  readonly browser: TestBrowser;
  readonly verifier: string;
  /** What the client got. */
  readonly answer: Readonly<Record<string, string>>;
  readonly visit: Visit;
}

/** What people do: start at Attune, say who they are at the provider, come back. */
export function signInSteps(t: TestApi, provider: OidcTestProvider) {
  const served = () => ({ [publicUrl]: t.api.url, [provider.issuer]: provider.issuer });
  const newBrowser = () => createTestBrowser({ served });
  const startUrl = (verifier: string, redirectUri?: string) =>
    `${publicUrl}${startPath(verifier, redirectUri)}`;
  const signIn = async (account: string, steps: SignInSteps = {}): Promise<SignedIn> => {
    const { verifier = newVerifier(), redirectUri, browser = newBrowser() } = steps;
    let visit = await browser.open(startUrl(verifier, redirectUri));
    if (visit.url.pathname.startsWith('/interaction/')) {
      visit = await browser.open(visit.url.href, { prompt: 'login', login: account, password: 'any' });
    }
    return { browser, verifier, visit, answer: Object.fromEntries(visit.url.searchParams) };
  };
  const exchange = (code: string, code_verifier: string) =>
    t.request('POST', '/auth/oidc/exchange', { json: { code, code_verifier } });
  return { newBrowser, startUrl, signIn, exchange };
}

export function newVerifier(): string {
  return randomBytes(32).toString('base64url');
}

/** As a client writes it. */
export function startPath(verifier: string, redirect_uri = loopback): string {
  const code_challenge = createHash('sha256').update(verifier).digest('base64url');
  const query = new URLSearchParams({ redirect_uri, code_challenge, state: 'state of the client' });
  return `/auth/oidc/login?${query.toString()}`;
}
