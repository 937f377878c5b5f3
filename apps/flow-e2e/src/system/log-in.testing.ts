import { createClient, type Client } from '@attune/contract';

export const account = { login: 'tester', password: 'a long enough password 1' };

export async function logIn(
  baseUrl: string,
  body: { login: string; password: string } = account,
): Promise<{ client: Client; accessToken: string }> {
  const { data } = await createClient({ baseUrl }).auth.login({ body });
  return { client: createClient({ baseUrl, token: data.access_token }), accessToken: data.access_token };
}
