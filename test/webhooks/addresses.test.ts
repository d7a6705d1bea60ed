// Where webhooks may go: to the internet and nowhere else, however an address is written, unless it is allowed by name.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadEndpoint, readEndpoint, readWebhookHosts } from '../../webhooks/endpoint.ts';
import { isPublicAddress } from '../../webhooks/public-address.ts';

const RULES = { allowed: [], ourselves: ['https://nodrift.council.example', 'http://127.0.0.1:8080'] };

const PUBLIC = [
  '8.8.8.8',
  '193.62.1.7',
  '2606:4700::1111',
  '2a00:1450:4009::200e',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
];

const PRIVATE = [
  ...['0.0.0.0', '10.0.0.1', '100.64.1.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1'],
  ...['192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1', '203.0.113.5', '224.0.0.1'],
  ...['240.0.0.1', '255.255.255.255'],
  // IPv6: loopback, unspecified, link-local, unique-local (a cloud's metadata among them), site-local, multicast, documentation
  ...['::', '::1', 'fe80::1', 'fd00:ec2::254', 'fc00::1', 'fec0::1', 'ff02::1', '2001:db8::1', '3fff::1', '100::1'],
  // IPv4 within: mapped, compatible, translated, NAT64 of a private one and of a network's own, 6to4, Teredo
  ...['::ffff:10.0.0.1', '::ffff:7f00:1', '::127.0.0.1', '::ffff:0:10.0.0.1', '64:ff9b::a00:1', '64:ff9b::a9fe:a9fe'],
  ...['64:ff9b:1::808:808', '2002:808:808::1', '2002:7f00:1::', '2001:0:1::'],
  ...['', 'no address', '1.2.3', '1.2.3.4.5'],
];

test('public addresses are public, in IPv4 and IPv6', () => {
  for (const one of PUBLIC) assert.equal(isPublicAddress(one), true, one);
});

test('no other address is', () => {
  for (const one of PRIVATE) assert.equal(isPublicAddress(one), false, one);
});

test('an endpoint is https, at a name of the internet', () => {
  for (const one of ['https://receiver.example/hook?x=1', 'https://8.8.8.8:8443/', 'https://[2606:4700::1111]/'])
    assert.equal(readEndpoint(one, RULES).href, one);
});

test('what else an address may be is refused, each with one line that says why', () => {
  const rows: readonly (readonly [string, RegExp])[] = [
    ['receiver.example', /^this is no address/],
    ['ftp://receiver.example', /begins with https/],
    ['javascript:alert(1)', /begins with https/],
    ['http://receiver.example/', /http must be allowed by name/],
    ['https://key@receiver.example/', /user or password/],
    ['https://user:pw@receiver.example/', /user or password/],
    ['https://receiver.example/#x', /never sent/],
    [`https://receiver.example/${'x'.repeat(2_000)}`, /2000 characters/],
    ['https://nodrift.council.example/api/v1/webhooks', /Nodrift itself/],
    ['https://NODRIFT.council.example.:443/', /Nodrift itself/],
    ['http://localhost:8080/', /Nodrift itself/],
    ['https://localhost/', /private network/],
    ['https://intranet/', /private network/],
    ['https://metadata.google.internal/', /private network/],
    ['https://printer.local/', /private network/],
    ['https://127.1/', /private network/],
    ['https://2130706433/', /private network/],
    ['https://0x7f000001/', /private network/],
    ['https://0177.0.0.1/', /private network/],
    ['https://169.254.169.254/latest/', /private network/],
    ['https://[::ffff:127.0.0.1]/', /private network/],
    ['https://[fd00:ec2::254]/', /private network/],
  ];
  for (const [url, why] of rows)
    assert.throws(
      () => readEndpoint(url, RULES),
      (error) => error instanceof BadEndpoint && why.test(error.message) && !error.message.includes('\n'),
      url,
    );
});

test('a host that is allowed by name may be http and private: with its port that port alone', () => {
  const allowed = readWebhookHosts('receiver.internal, 10.0.0.7:9000,[::1]:9000');
  const rules = { ...RULES, allowed };
  for (const one of [
    'http://receiver.internal/',
    'https://receiver.internal:8443/x',
    'http://10.0.0.7:9000/',
    'http://[::1]:9000/',
  ])
    assert.equal(readEndpoint(one, rules).href, one);
  for (const one of ['http://10.0.0.7/', 'http://10.0.0.8:9000/', 'http://x.receiver.internal/'])
    assert.throws(() => readEndpoint(one, rules), BadEndpoint, one);
  // Itself it never calls, whatever is allowed.
  assert.throws(() => readEndpoint('http://127.0.0.1:8080/', { ...RULES, allowed: ['127.0.0.1'] }), /Nodrift itself/);
});

test('NODRIFT_WEBHOOK_HOSTS names hosts and nothing else', () => {
  assert.deepEqual(readWebhookHosts(undefined), []);
  assert.deepEqual(readWebhookHosts(' A.example , '), ['a.example']);
  for (const one of ['https://a.example', 'a.example/x', 'a b', '*', '10.0.0.0/8'])
    assert.throws(() => readWebhookHosts(one), /NODRIFT_WEBHOOK_HOSTS: ".+" is no host/, one);
});
