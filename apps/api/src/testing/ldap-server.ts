import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from '@attune/testing';
import type { ChildProgram } from '@attune/testing';

export interface LdapTestServer {
  /** By name, which its certificate has. */
  readonly ldap: string;
  readonly ldaps: string;
  readonly certificate: string;
  /** What it was asked so far: `plain search (uid=ada)`. */
  asked(): string[];
}

/** A directory for the tests of a file; see ldap-server.program.mjs. Call before useTestApi. */
export function useLdapServer(): LdapTestServer {
  const directory = mkdtempSync(join(tmpdir(), 'attune-ldap-'));
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
  const ports = { ldap: '', ldaps: '' };
  let child: ChildProgram | undefined;
  beforeAll(async () => {
    makeCertificate(key, certificate);
    child = startProgram(process.execPath, [`${__dirname}/ldap-server.program.mjs`, key, certificate], {
      env: { NODE_OPTIONS: undefined },
    });
    [, ports.ldap = '', ports.ldaps = ''] = await child.outputs(/^ldap (\d+) ldaps (\d+)$/m);
  });
  afterAll(async () => {
    await child?.kill();
    rmSync(directory, { recursive: true });
  });
  return {
    get ldap() {
      return `ldap://localhost:${ports.ldap}`;
    },
    get ldaps() {
      return `ldaps://localhost:${ports.ldaps}`;
    },
    certificate,
    asked: () => child?.stdout().split('\n').slice(1, -1) ?? [],
  };
}

function makeCertificate(key: string, certificate: string): void {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...files], {
    stdio: 'ignore',
  });
}
