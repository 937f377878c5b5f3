import { useTestApi } from '../testing/test-api.js';

const t = useTestApi();

async function read(path: string) {
  const response = await fetch(t.api.url + path);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

test('the page loads only what this server serves, each with its content type', async () => {
  const page = await read('/docs');
  expect(page).toMatchObject({ status: 200 });
  const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
  expect(loaded).toHaveLength(3);
  for (const address of loaded) {
    expect(address).toMatch(/^\.\/docs\//);
    const { status, headers, text } = await read(address.slice(1));
    expect({ address, status, type: headers.get('content-type')?.split(';')[0] }).toEqual({
      address,
      status: 200,
      type: address.endsWith('.css') ? 'text/css' : 'text/javascript',
    });
    expect(text).not.toContain('sourceMappingURL');
  }
});

test('nothing inline and nothing from elsewhere may run there', async () => {
  const { headers, text } = await read('/docs');
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toMatch(/unsafe|https?:/);
  expect(text).not.toMatch(/<script>|<style| on\w+=|style=/);
});

test('every other address keeps the policy that allows nothing', async () => {
  const { headers } = await read('/openapi.json');
  expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
});

test('the page shows the document of this server', async () => {
  const { text } = await read('/docs/start.js');
  expect(text).toContain("url: './openapi.json'");
  expect(JSON.parse((await read('/openapi.json')).text)).toMatchObject({ openapi: '3.1.0' });
});
