import { cidrContains, isCidr } from './cidr.js';

describe('cidr', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['192.168.1.7', '192.168.1.7', true],
    ['192.168.1.7/32', '192.168.1.8', false],
    ['2001:db8::/32', '2001:db8:1::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['::/0', '::1', true],
    ['fe80::/10', 'fe80::1%eth0', undefined],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '2001:db8::1', false],
    ['::/0', '10.0.0.1', false],
    ['::1', '0:0:0:0:0:0:0:1', true],
  ])('%s holds %s: %s', (network, address, expected) => {
    expect(cidrContains(network, address)).toBe(expected);
  });

  it.each([
    '10.0.0.0/33',
    '10.0.0/8',
    '256.0.0.1',
    '10.0.0.0/8/8',
    '01.2.3.4',
    '1:2:3',
    '::1::',
    '',
    'x',
    ':::',
  ])('takes %j for no network', (network) => {
    expect(isCidr(network)).toBe(false);
  });
});
