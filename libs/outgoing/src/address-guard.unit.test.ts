import type { LookupAddress } from 'node:dns';
import { createAddressGuard } from './address-guard.js';

const open = createAddressGuard({ blockPrivate: false });
const strict = createAddressGuard({ blockPrivate: true });
const refusal = 'is not an address that may be called';

/** Of machine metadata, multicast, reserved: whatever the configuration says. */
const never = [
  '169.254.169.254',
  '169.254.0.1',
  '168.63.129.16',
  '100.100.100.200',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
  '[fe80::1]',
  '[ff02::1]',
  '[fd00:ec2::254]',
  '[::ffff:169.254.169.254]',
  '[64:ff9b::a9fe:a9fe]',
  '[2002:a9fe:a9fe::]',
];

const inside = [
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.255.255',
  '198.18.0.1',
  '[::]',
  '[::1]',
  '[::127.0.0.1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:7f00:1]',
  '[fc00::1]',
  '[fdff::1]',
  '[fec0::1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::7f00:1]',
  '[2001:0:7f00:1::]',
  '[2002:7f00:1::]',
];

const outside = [
  '1.1.1.1',
  '172.32.0.1',
  '192.169.0.1',
  '[2606:4700::1111]',
  '[::ffff:1.1.1.1]',
  'example.org',
];

test.each(never)('%s is never called', (host) => {
  expect(() => open.checkHost(host)).toThrow(refusal);
  expect(() => strict.checkHost(host)).toThrow(refusal);
});

test.each(inside)('%s is called only when private addresses may be', (host) => {
  expect(() => strict.checkHost(host)).toThrow(refusal);
  open.checkHost(host);
});

test.each(outside)('%s is called', (host) => {
  strict.checkHost(host);
});

describe('a name', () => {
  const lookup = (guard: typeof open, all: boolean) =>
    new Promise<string | LookupAddress[]>((resolve, reject) => {
      guard.lookup('localhost', { all }, (error, address) => (error ? reject(error) : resolve(address)));
    });

  test.each([true, false])('is judged by every address it leads to (all: %j)', async (all) => {
    await expect(lookup(strict, all)).rejects.toThrow(
      /^localhost is .*, which is not an address that may be called$/,
    );
    expect(await lookup(open, all)).toEqual(
      all ? expect.any(Array) : expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
    );
  });

  test('that is no name is an error of its own', async () => {
    const failure = new Promise((_resolve, reject) => {
      strict.lookup('does-not-exist.invalid', {}, (error) => reject(error));
    });
    await expect(failure).rejects.toMatchObject({ syscall: expect.stringContaining('getaddrinfo') });
  });
});
