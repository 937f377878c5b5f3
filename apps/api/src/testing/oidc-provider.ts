import { startProgram } from '@attune/testing';
import type { ChildProgram } from '@attune/testing';

export const publicUrl = 'https://attune.example.test';
export const clientSecret = 'a secret of sixteen and more letters';

export interface OidcTestProvider {
  readonly issuer: string;
  /** What it says of an account from now on. */
  account(sub: string, claims: Record<string, unknown>): Promise<void>;
  /** How it misbehaves from now on; see oidc-provider.program.mjs. */
  fault(fault: Record<string, unknown>): Promise<void>;
  /** How often each path was asked for. */
  requests(): Promise<Record<string, number>>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** A provider for the tests of a file. Call before useTestApi; behaves well at the start of each test. */
export function useOidcProvider(): OidcTestProvider {
  let child: ChildProgram | undefined;
  let issuer = '';
  const start = async (): Promise<void> => {
    const program = `${__dirname}/oidc-provider.program.mjs`;
    const port = issuer === '' ? '0' : new URL(issuer).port;
    child = startProgram(process.execPath, [program, `${publicUrl}/auth/callback`, clientSecret], {
      env: { PORT: port, NODE_OPTIONS: undefined },
    });
    [, issuer = ''] = await child.outputs(/^issuer (.*)$/m);
  };
  const put = async (path: string, value: unknown): Promise<void> => {
    const answer = await fetch(`${issuer}${path}`, { method: 'PUT', body: JSON.stringify(value) });
    expect(answer.status).toBe(200);
  };
  beforeAll(start);
  beforeEach(() => put('/_fault', {}));
  afterAll(() => child?.kill());
  return {
    get issuer() {
      return issuer;
    },
    account: (sub, claims) => put(`/_accounts/${encodeURIComponent(sub)}`, claims),
    fault: (fault) => put('/_fault', fault),
    requests: async () => (await (await fetch(`${issuer}/_requests`)).json()) as Record<string, number>,
    stop: async () => child?.kill(),
    start,
  };
}
