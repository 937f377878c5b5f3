import { createHash } from 'node:crypto';
import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();

async function page() {
  const response = await fetch(`${t.api.url}/auth/setup`);
  const policy = response.headers.get('content-security-policy') ?? '';
  return { response, html: await response.text(), policy };
}

test('the link of the log is a page', async () => {
  const { response, html } = await page();
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  expect(html).toMatch(/^<!doctype html>/);
});

test('its policy allows its own script and style by hash, calls to this server, and nothing else', async () => {
  const { html, policy } = await page();
  const hashOf = (tag: string) => {
    const [, text = ''] = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(html) ?? [];
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  };
  expect(policy.split('; ').toSorted()).toEqual([
    "base-uri 'none'",
    "connect-src 'self'",
    "default-src 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    `script-src ${hashOf('script')}`,
    `style-src ${hashOf('style')}`,
  ]);
});

test('it loads nothing, has no handlers in its markup, and is the same whatever it is asked', async () => {
  const { html } = await page();
  expect(html).not.toMatch(/\b(?:src|href|style|on\w+)=/);
  const response = await fetch(`${t.api.url}/auth/setup?setup_token=%3Cscript%3E`);
  expect(await response.text()).toBe(html);
});
