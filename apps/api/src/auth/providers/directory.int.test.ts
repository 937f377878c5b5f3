import { ConfigError } from '@attune/service';
import { useLdapServer } from '../../testing/ldap-server.js';
import { openDirectory } from './directory.js';
import { providersConfig } from './providers.config.js';

const server = useLdapServer();

const searching = {
  user_search_base: 'ou=people,dc=example,dc=org',
  search_bind_dn: 'cn=attune,dc=example,dc=org',
  search_bind_password: 'password of the searcher',
};
const binding = { bind_dn_template: 'uid={login},ou=people,dc=example,dc=org' };

function directory(settings: Record<string, unknown> = {}) {
  const how = 'bind_dn_template' in settings ? {} : searching;
  const ldap = {
    url: server.ldaps,
    ca_file: server.certificate,
    allow_private_addresses: true,
    timeout_ms: 2000,
    ...how,
    ...settings,
  };
  return openDirectory(providersConfig.parse({ ldap }).ldap as never);
}

async function asked(work: () => Promise<unknown>): Promise<string[]> {
  const before = server.asked().length;
  await work();
  return server.asked().slice(before);
}

const unavailable = { code: 'SERVICE_UNAVAILABLE' };

describe.each([
  ['found by search', {}],
  ['bound directly', binding],
])('a person who is %s', (_name, how) => {
  test('has the right password, or is nobody', async () => {
    const there = directory(how);
    expect(await there.authenticate('ada', 'password of ada')).toMatchObject({
      identity: {
        entry: { dn: 'uid=ada,ou=people,dc=example,dc=org' },
        login: 'ada',
        display_name: 'Name of ada',
        attributes: { email: 'ada@example.org' },
      },
    });
    expect(await there.authenticate('ada', 'password of grace')).toBeUndefined();
    expect(await there.authenticate('nobody', 'password of ada')).toBeUndefined();
  });

  test.each(['', '\0', '\0password of ada', 'password of ada\0'])(
    'is never asked for with the password %j, which some servers take for none',
    async (password) => {
      const questions = await asked(async () => {
        expect(await directory(how).authenticate('ada', password)).toBeUndefined();
      });
      expect(questions).toEqual([]);
    },
  );

  test.each(['*', 'a*', 'ada)(uid=*', '*)(|(uid=*', 'ada,ou=people', 'ada\\', '\0', 'ou=people'])(
    'is not called %j',
    async (login) => {
      const there = directory(how);
      expect(await there.authenticate(login, 'password of ada')).toBeUndefined();
    },
  );

  test.each(['a*b', 'o, ma(lley) + "x"'])('may be called %j', async (login) => {
    expect(await directory(how).authenticate(login, `password of ${login}`)).toMatchObject({
      identity: { attributes: { email: `${login}@example.org` } },
    });
  });
});

test('a search that finds two finds nobody', async () => {
  expect(await directory().authenticate('twin', 'password of twin')).toBeUndefined();
});

test('a login that nobody has is bound as well', async () => {
  const binds = async (login: string) =>
    (await asked(() => directory().authenticate(login, 'wrong'))).filter((each) => each.includes('bind'));
  expect(await binds('nobody')).toHaveLength((await binds('ada')).length);
});

test('groups give roles by configuration, in any spelling of their names, and nothing else', async () => {
  const role_mapping = {
    'cn=engineers,ou=groups,dc=example,dc=org': ['operator'],
    'cn=others,ou=groups,dc=example,dc=org': ['viewer'],
  };
  const account = await directory({ role_mapping }).authenticate('ada', 'password of ada');
  expect(account?.roles).toEqual(['operator']);
  expect((await directory().authenticate('ada', 'password of ada'))?.roles).toEqual([]);
});

describe('a connection', () => {
  test('with STARTTLS is secured before anything is said', async () => {
    const there = directory({ url: server.ldap, starttls: true });
    const questions = await asked(async () => {
      expect(await there.authenticate('ada', 'password of ada')).toBeDefined();
    });
    expect(questions).toHaveLength(3);
    for (const question of questions) expect(question).toMatch(/^secure /);
  });

  test('without TLS is made only when that is allowed', async () => {
    expect(() => directory({ url: server.ldap })).toThrow(ConfigError);
    expect(() => directory({ url: server.ldaps, starttls: true })).toThrow(ConfigError);
    const there = directory({ url: server.ldap, allow_plaintext: true });
    expect(await there.authenticate('ada', 'password of ada')).toBeDefined();
  });

  test.each([
    ['that nobody vouches for', 'localhost', { ca_file: undefined }],
    ['of another name', '127.0.0.1', {}],
  ])('with a certificate %s is not used', async (_name, name, trust) => {
    for (const [url, starttls] of [
      [server.ldaps, false],
      [server.ldap, true],
    ] as const) {
      const there = directory({ url: url.replace('localhost', name), starttls, ...trust });
      const questions = await asked(() =>
        expect(there.authenticate('ada', 'password of ada')).rejects.toMatchObject(unavailable),
      );
      expect(questions).toEqual([]);
    }
  });

  test('to a private address is made only when that is allowed, whatever it is called', async () => {
    for (const host of ['localhost', '127.0.0.1']) {
      const url = server.ldaps.replace('localhost', host);
      const there = directory({ url, allow_private_addresses: false });
      const failure = await there.authenticate('ada', 'password of ada').catch((error: Error) => error);
      expect(failure).toMatchObject(unavailable);
      expect(String((failure as Error).cause)).toContain('is not an address that may be called');
    }
  });

  test.each([
    ['nobody listens', { url: 'ldaps://localhost:1' }],
    ['the searcher has another password now', { search_bind_password: 'old' }],
  ])('is of no use when %s, which is nobody’s wrong password', async (_name, settings) => {
    await expect(directory(settings).authenticate('ada', 'password of ada')).rejects.toMatchObject(
      unavailable,
    );
  });
});

test.each([
  [
    { user_search_base: undefined, search_bind_dn: undefined, search_bind_password: undefined },
    'bind_dn_template',
  ],
  [{ bind_dn_template: 'cn=admin,dc=example' }, 'bind_dn_template'],
  [{ search_bind_password: undefined }, 'search_bind_password'],
  [{ user_filter: 'uid={login}' }, 'user_filter'],
  [{ url: 'https://localhost' }, 'url'],
])('the settings %j are refused', (settings, key) => {
  expect(() => directory(settings)).toThrow(key);
});
