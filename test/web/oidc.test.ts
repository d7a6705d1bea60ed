// Signing in by the authority's own OpenID Connect: what is asked of the issuer, what its claims give, and each of its errors.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { syncDirectory } from '../../record/directory.ts';
import { signInAccounts, signInSessions, signInUsers } from '../../record/schema-sign-in.ts';
import { claimsOf, readOidc } from '../../web/sign-in/oidc-settings.ts';
import { afterCoreGroup } from '../support/paper-case.ts';
import { CLIENT, startWrongIssuer, type Wrong } from '../support/people-issuer.ts';
import { member } from '../support/staff.ts';
import { type StaffApp, staffApp } from '../support/staff-app.ts';
import { hidden, hrefOf, PUBLIC_URL, type Seen, Visitor } from '../support/visitor.ts';

const settings = (env: Record<string, string>) =>
  readOidc({ NODRIFT_OIDC_ISSUER: 'https://login.council.test', NODRIFT_OIDC_CLIENT_ID: 'nodrift', ...env });

test('an issuer that cannot be used is refused with one line that says what it must look like', () => {
  assert.equal(readOidc({}), undefined);
  assert.equal(readOidc({ NODRIFT_OIDC_ISSUER: 'https://login.council.test' }), undefined, 'tokens of services alone');
  for (const issuer of ['login.council.test', 'http://login.council.test', 'ftp://x', 'https://x/?a=1'])
    assert.throws(() => settings({ NODRIFT_OIDC_ISSUER: issuer }), /NODRIFT_OIDC_ISSUER must look like https:\/\//);
  for (const groups of ['x', 'x=boss', 'x=team:barnsley', '=operations'])
    assert.throws(() => settings({ NODRIFT_OIDC_GROUPS: groups }), /NODRIFT_OIDC_GROUPS must be group=right/);
});

describe('what claims give', () => {
  const rows: [what: string, env: Record<string, string>, profile: object, gives: object | undefined][] = [
    ['a verified address', {}, { email: 'A@X.test', email_verified: true }, { address: 'a@x.test', rights: [] }],
    ['an address that is not verified', {}, { email: 'a@x.test', email_verified: false }, undefined],
    ['an address of which nothing is said', {}, { email: 'a@x.test' }, undefined],
    ['no address', {}, { sub: 'x' }, undefined],
    ['two addresses in one', {}, { email: 'a@x.test,b@x.test', email_verified: true }, undefined],
    ['an address that is no text', {}, { email: ['a@x.test'], email_verified: true }, undefined],
    [
      'another claim, which is believed',
      { NODRIFT_OIDC_ADDRESS_CLAIM: 'upn' },
      { upn: 'a@x.test' },
      { address: 'a@x.test', rights: [] },
    ],
    ['a claim by an inherited name', { NODRIFT_OIDC_ADDRESS_CLAIM: 'constructor' }, {}, undefined],
    [
      'rights as they are written',
      {},
      {
        email: 'a@x.test',
        email_verified: true,
        nodrift_rights: ['authority:hull', 'team:hull/North East', 'operations', 'case-reader:hull', 'everything', 7],
      },
      {
        address: 'a@x.test',
        rights: [
          { right: 'authority', authority: 'hull' },
          { right: 'team', authority: 'hull', team: 'North East' },
          { right: 'operations' },
          { right: 'case-reader', authority: 'hull' },
        ],
      },
    ],
    [
      'groups, and nothing but groups',
      { NODRIFT_OIDC_RIGHTS_CLAIM: 'groups', NODRIFT_OIDC_GROUPS: 'g-1=authority:hull, g-1=operations' },
      { email: 'a@x.test', email_verified: 'true', groups: ['g-1', 'g-2', 'authority:barnsley'] },
      { address: 'a@x.test', rights: [{ right: 'authority', authority: 'hull' }, { right: 'operations' }] },
    ],
  ];
  for (const [what, env, profile, gives] of rows)
    test(what, () => assert.deepEqual(claimsOf(settings(env)!, profile as Record<string, unknown>), gives));
});

describe('signing in at an issuer', () => {
  let served: StaffApp;
  let issuer: Awaited<ReturnType<typeof startWrongIssuer>>;
  before(async () => {
    issuer = await startWrongIssuer();
    const oidc = readOidc({
      ...{ NODRIFT_OIDC_ISSUER: issuer.issuer, NODRIFT_OIDC_CLIENT_ID: CLIENT.clientId },
      ...{ NODRIFT_OIDC_CLIENT_SECRET: CLIENT.clientSecret, NODRIFT_OIDC_NAME: 'Council account' },
    });
    served = await staffApp([afterCoreGroup()], { oidc });
    await syncDirectory(served.record, 'barnsley', [member('S-1', { name: 'Ada Lund', address: 'ada@council.test' })]);
  });
  beforeEach(async () => {
    issuer.wrong = {};
    await served.record.db.execute(sql`truncate sign_in_tries, sign_in_users, sign_in_verifications cascade`);
  });
  after(async () => {
    await served.close();
    await issuer.close();
  });

  /** Up to where the issuer sends the browser back. */
  async function sentBack(visitor: Visitor): Promise<string> {
    const page = await visitor.get('/sign-in');
    const onward = await visitor.post('/sign-in/issuer', hidden(page.html));
    assert.equal(onward.status, 200, onward.text);
    const answer = await fetch(hrefOf(onward.html, 'Go on').replaceAll('&amp;', '&'), { redirect: 'manual' });
    const back = answer.headers.get('location')!;
    assert.ok(back.startsWith(`${PUBLIC_URL}/sign-in/auth/callback/oidc?`), back);
    return back.slice(PUBLIC_URL.length);
  }
  const signIn = async (visitor: Visitor, wrong: Wrong = {}): Promise<Seen> => {
    issuer.wrong = wrong;
    return visitor.get(await sentBack(visitor));
  };

  test('whom the issuer vouches for is signed in, and asked for with state, nonce and PKCE', async () => {
    const ada = new Visitor(served.app);
    const seen = await signIn(ada);
    assert.equal(seen.status, 303);
    assert.equal(seen.headers.get('location'), '/');
    assert.match((await ada.get('/')).text, /signed in as ada@council\.test/);
    const asked = issuer.asked.at(-1)!;
    assert.equal(asked.get('response_type'), 'code');
    assert.equal(asked.get('code_challenge_method'), 'S256');
    assert.match(asked.get('code_challenge') ?? '', /^[\w-]{43}$/);
    for (const name of ['state', 'nonce']) assert.match(asked.get(name) ?? '', /^[\w-]{32}$/, name);
    assert.match(issuer.tokenAsked.at(-1)!.get('code_verifier') ?? '', /^[\w-]{43,128}$/);
  });

  test('rights of the claims hold for this session alone', async () => {
    const ada = new Visitor(served.app);
    await signIn(ada, { claims: { nodrift_rights: ['authority:barnsley', 'operations'] } });
    assert.equal((await ada.get('/authority')).status, 200);
    assert.equal((await ada.get('/operations')).status, 200);
    const again = new Visitor(served.app);
    await signIn(again);
    assert.equal((await again.get('/authority')).status, 404);
    const byLink = await served.signedIn('ada@council.test');
    assert.equal((await byLink.get('/operations')).status, 404);
    assert.equal((await ada.get('/authority')).status, 200);
  });

  test('by link or at the issuer it is the same person', async () => {
    await served.signedIn('ada@council.test');
    const ada = new Visitor(served.app);
    assert.equal((await signIn(ada)).status, 303);
    assert.equal((await served.record.db.select().from(signInUsers)).length, 1);
  });

  test('nothing of the issuer’s is kept but a hash of the subject', async () => {
    await signIn(new Visitor(served.app));
    const [account] = await served.record.db.select().from(signInAccounts);
    const { providerId, accountId, accessToken, refreshToken, idToken } = account!;
    assert.deepEqual([providerId, accessToken, refreshToken, idToken], ['oidc', null, null, null]);
    assert.match(accountId, /^[0-9a-f]{32}$/);
    assert.doesNotMatch(JSON.stringify(await served.record.db.select().from(signInUsers)), /ada|Lund/i);
    assert.doesNotMatch(JSON.stringify([served.log, served.lines]), /ada|Lund/i);
  });

  test('whom nobody knows here is signed out again, unless the claims give them something to see', async () => {
    const eve = new Visitor(served.app);
    await signIn(eve, { claims: { sub: 'E', email: 'eve@elsewhere.test' } });
    const seen = await eve.get('/');
    assert.equal(seen.status, 403);
    assert.match(seen.text, /does not know this address/);
    assert.deepEqual(await served.record.db.select().from(signInSessions), []);
    const operator = new Visitor(served.app);
    await signIn(operator, { claims: { sub: 'O', email: 'ops@it.test', nodrift_rights: ['operations'] } });
    assert.equal((await operator.get('/operations')).status, 200);
  });

  const WRONGS: Record<string, Wrong> = {
    'another nonce': { claims: { nonce: 'another' } },
    'no nonce': { claims: { nonce: undefined } },
    'another audience': { claims: { aud: 'somebody-else' } },
    'another issuer': { claims: { iss: 'https://evil.test' } },
    'an ID token that is over': { claims: { iat: 1_600_000_000, exp: 1_600_000_300 } },
    'an ID token signed by somebody else': { signed: 'by-somebody-else' },
    'an ID token that is not signed': { signed: 'not' },
    'an ID token signed with the client’s secret': { signed: 'by-the-secret' },
    'an address that is not verified': { claims: { email_verified: false } },
    'no address': { claims: { email: undefined } },
    'another state': { state: 'a'.repeat(32) },
    'an error': { error: 'access_denied' },
  };
  for (const [what, wrong] of Object.entries(WRONGS))
    test(`${what} signs nobody in`, async () => {
      const ada = new Visitor(served.app);
      const seen = await signIn(ada, wrong);
      assert.equal(seen.status, 403, seen.text);
      assert.match(seen.text, /You are not signed in/);
      assert.deepEqual(await served.record.db.select().from(signInSessions), []);
      assert.match((await ada.get('/')).text, /Plans that do not drift/);
    });

  test('what was begun in one browser ends in no other, and an answer counts once', async () => {
    const [ada, other] = [new Visitor(served.app), new Visitor(served.app)];
    issuer.wrong = {};
    const back = await sentBack(ada);
    assert.equal((await other.get(back)).status, 403);
    const own = await sentBack(ada);
    assert.equal((await ada.get(own)).status, 303);
    assert.equal((await ada.get(own)).status, 403);
  });
});

test('an issuer that does not answer is said, and a link still works', async () => {
  const issuer = await startWrongIssuer();
  await issuer.close();
  const oidc = readOidc({ NODRIFT_OIDC_ISSUER: issuer.issuer, NODRIFT_OIDC_CLIENT_ID: 'nodrift' });
  const served = await staffApp([afterCoreGroup()], { oidc });
  const visitor = new Visitor(served.app);
  const page = await visitor.get('/sign-in');
  const seen = await visitor.post('/sign-in/issuer', hidden(page.html));
  assert.equal(seen.status, 503);
  assert.match(seen.text, /does not answer/);
  await served.signedIn('nina@nhs.test');
  await served.close();
});
