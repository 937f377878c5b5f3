import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, readConfig } from '@attune/service';
import { z } from 'zod';
import { providersConfig } from './providers.config.js';

const directory = mkdtempSync(join(tmpdir(), 'attune-providers-'));
afterAll(() => rmSync(directory, { recursive: true }));

const file = join(directory, 'attune.yaml');
const yaml = `
auth:
  oidc:
    issuer: https://id.example.org
    client_id: attune
    role_mapping:
      platform.engineers: [operator]
  ldap:
    url: ldaps://directory.example.org
    bind_dn_template: uid={login},dc=example,dc=org
    role_mapping:
      cn=engineers,ou=groups,dc=example,dc=org: [operator, viewer]
`;

function read(env: Record<string, string> = {}) {
  writeFileSync(file, yaml);
  return readConfig(z.strictObject({ auth: providersConfig }), { file, env });
}

test('groups are written as the provider calls them, and secrets come by the environment', () => {
  const { auth } = read({ ATTUNE__AUTH__OIDC__CLIENT_SECRET: 'a secret of the environment' });
  expect(auth.oidc).toMatchObject({
    client_secret: 'a secret of the environment',
    role_mapping: { 'platform.engineers': ['operator'] },
  });
  expect(auth.ldap?.role_mapping).toEqual({
    'cn=engineers,ou=groups,dc=example,dc=org': ['operator', 'viewer'],
  });
});

test('secrets of providers are cut out of log lines', () => {
  const lines: string[] = [];
  const log = createLogger('test', { destination: { write: (line) => void lines.push(line) } });
  const env = {
    ATTUNE__AUTH__OIDC__CLIENT_SECRET: 'secret of the client',
    ATTUNE__AUTH__LDAP__SEARCH_BIND_DN: 'cn=attune',
    ATTUNE__AUTH__LDAP__SEARCH_BIND_PASSWORD: 'password of the searcher',
  };
  log.info(read(env), 'settings');
  expect(lines.join('')).toContain('cn=attune');
  expect(lines.join('')).not.toMatch(/secret of the client|password of the searcher/);
});
