import { createClient, type Client } from '@attune/contract';

export const account = { login: 'tester', password: 'a long enough password 1' };

export async function logIn(baseUrl: string): Promise<{ client: Client; accessToken: string }> {
  const { data } = await createClient({ baseUrl }).auth.login({ body: account });
  return { client: createClient({ baseUrl, token: data.access_token }), accessToken: data.access_token };
}
