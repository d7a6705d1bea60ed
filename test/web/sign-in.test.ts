// Signing in by a link: who is sent one, what it does, what it does not; sessions that end. On the record and better-auth as they are.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { changeStaff, syncDirectory } from '../../record/directory.ts';
import { signInSessions, signInUsers, signInVerifications } from '../../record/schema-sign-in.ts';
import { afterCoreGroup } from '../support/paper-case.ts';
import { member } from '../support/staff.ts';
import { type StaffApp, staffApp } from '../support/staff-app.ts';
import { hidden, Visitor } from '../support/visitor.ts';

describe('signing in by a link', () => {
  let served: StaffApp;
  before(async () => {
    served = await staffApp([afterCoreGroup()]);
    await syncDirectory(served.record, 'barnsley', [member('S-1', { name: 'Ada Lund', address: 'ada@council.test' })]);
  });
  beforeEach(async () => {
    await served.record.db.execute(sql`truncate sign_in_tries, sign_in_users, sign_in_verifications cascade`);
    served.sent.length = 0;
  });
  after(() => served.close());

  test('whom a case names as staff is sent a link; the button signs in, and the page is theirs', async () => {
    const nina = new Visitor(served.app);
    const asked = await nina.answer('/sign-in', { address: ' Nina@NHS.test ' });
    assert.match(asked.text, /a link is on its way/);
    const [link] = await served.linksTo('nina@nhs.test');
    assert.ok(link);
    const shown = await nina.get(link);
    assert.match(shown.text, /Press the button/);
    const seen = await nina.answer(link, {});
    assert.equal(seen.status, 303);
    assert.equal(seen.headers.get('location'), '/');
    const page = await nina.get('/');
    assert.match(page.text, /My duties/);
    assert.match(page.text, /BC-2041 Minutes of core group 1/);
    assert.match(page.text, /signed in as nina@nhs\.test/);
  });

  test('whom the directory has is sent a link, also without a case', async () => {
    const ada = await served.signedIn('ada@council.test');
    assert.match((await ada.get('/')).text, /Nothing is yours to do now/);
  });

  test('the answer is the same for whom nobody knows, for a child’s father and for a wrong case', async () => {
    const answers = await Promise.all(
      ['nobody@council.test', 'dad@home.test', 'nina@nhs.test'].map(async (address) =>
        (await new Visitor(served.app).answer('/sign-in', { address })).html.replace(/nonce" value="[^"]+"/g, ''),
      ),
    );
    assert.equal(new Set(answers).size, 1);
    assert.deepEqual(await served.linksTo('nobody@council.test'), []);
    assert.deepEqual(await served.linksTo('dad@home.test'), [], 'families never sign in');
    assert.equal((await served.linksTo('nina@nhs.test')).length, 1);
  });

  test('an address with a line break, with two addresses or of too many characters is refused, and nothing is sent', async () => {
    const attempts = [
      'nina@nhs.test\r\nBcc: x@evil.test',
      'nina@nhs.test,x@evil.test',
      '"<x@evil.test>" <nina@nhs.test>',
      `${'a'.repeat(300)}@nhs.test`,
      '',
    ];
    for (const address of attempts) {
      const seen = await new Visitor(served.app).answer('/sign-in', { address });
      assert.equal(seen.status, 422, address);
      assert.match(seen.text, /Enter your e-mail address/);
    }
    await served.linksTo('');
    assert.deepEqual(served.sent, []);
  });

  test('the mail names nobody and no case, and its link is in the body alone', async () => {
    await served.signedIn('nina@nhs.test');
    const [mail] = served.sent;
    assert.ok(mail);
    assert.doesNotMatch(mail.subject, /sign-in\/link|BC-2041/);
    assert.doesNotMatch(`${mail.text}${mail.html}`, /BC-2041|Nina|Shah/);
    assert.match(mail.text, /ten minutes/);
  });

  test('a scanner that opens a link, also with HEAD and twice, does not use it up', async () => {
    const nina = new Visitor(served.app);
    await nina.answer('/sign-in', { address: 'nina@nhs.test' });
    const [link] = await served.linksTo('nina@nhs.test');
    for (const method of ['GET', 'HEAD', 'GET'])
      assert.equal((await served.app.request(link!, { method })).status, 200);
    assert.equal((await nina.answer(link!, {})).status, 303);
  });

  test('a link is used once', async () => {
    await served.signedIn('nina@nhs.test');
    const [link] = await served.linksTo('nina@nhs.test');
    const again = new Visitor(served.app);
    assert.equal((await again.answer(link!, {})).status, 403);
    assert.match((await again.get('/')).text, /Plans that do not drift/);
  });

  test('of two that send the same link at once one is signed in', async () => {
    await new Visitor(served.app).answer('/sign-in', { address: 'nina@nhs.test' });
    const [link] = await served.linksTo('nina@nhs.test');
    const both = await Promise.all([1, 2].map(() => new Visitor(served.app).answer(link!, {})));
    assert.deepEqual(both.map(({ status }) => status).sort(), [303, 403]);
  });

  test('a link is good for ten minutes', async () => {
    await new Visitor(served.app).answer('/sign-in', { address: 'nina@nhs.test' });
    const [link] = await served.linksTo('nina@nhs.test');
    const [row] = await served.record.db.select().from(signInVerifications);
    const left = row!.expiresAt.getTime() - row!.createdAt.getTime();
    assert.equal(Math.round(left / 60_000), 10);
    await served.record.db.update(signInVerifications).set({ expiresAt: new Date(Date.now() - 1_000) });
    assert.equal((await new Visitor(served.app).answer(link!, {})).status, 403);
  });

  test('a link that was made up opens nothing, whatever it holds', async () => {
    for (const token of ['a'.repeat(32), 'A'.repeat(64)])
      assert.equal((await new Visitor(served.app).answer(`/sign-in/link/${token}`, {})).status, 403, token);
    for (const token of ['..%2F..', '%0d%0aSet-Cookie:x', 'a'.repeat(65), "';--"])
      assert.ok([403, 404].includes((await new Visitor(served.app).get(`/sign-in/link/${token}`)).status), token);
  });

  test('the record holds a hash of the link, no address, no machine and no user agent', async () => {
    await new Visitor(served.app).answer('/sign-in', { address: 'nina@nhs.test' });
    const [link] = await served.linksTo('nina@nhs.test');
    const [row] = await served.record.db.select().from(signInVerifications);
    assert.ok(!JSON.stringify(row).includes(link!.slice('/sign-in/link/'.length)));
    await new Visitor(served.app).answer(link!, {});
    const [user] = await served.record.db.select().from(signInUsers);
    assert.equal(user!.image, null);
    assert.doesNotMatch(JSON.stringify([row, user]), /nina|nhs/);
    const [session] = await served.record.db.select().from(signInSessions);
    assert.deepEqual([session!.ipAddress, session!.userAgent], ['', '']);
  });

  test('another person’s link signs out whoever was signed in in this browser', async () => {
    const browser = await served.signedIn('nina@nhs.test');
    const before = new Map(browser.cookies);
    await new Visitor(served.app).answer('/sign-in', { address: 'amira@council.test' });
    const [link] = await served.linksTo('amira@council.test');
    await browser.answer(link!, {});
    assert.match((await browser.get('/')).text, /signed in as amira@council\.test/);
    const old = new Visitor(served.app);
    for (const [name, value] of before) old.cookies.set(name, value);
    assert.match((await old.get('/')).text, /Plans that do not drift/);
  });

  test('a session is new at each sign-in: one that was planted beforehand is nobody’s', async () => {
    const attacker = await served.signedIn('amira@council.test');
    const planted = [...attacker.cookies].filter(([name]) => name.includes('session'));
    const victim = new Visitor(served.app);
    for (const [name, value] of planted) victim.cookies.set(name, value);
    await victim.answer('/sign-in', { address: 'nina@nhs.test' });
    const [link] = await served.linksTo('nina@nhs.test');
    await victim.answer(link!, {});
    for (const [name, value] of planted) assert.notEqual(victim.cookies.get(name), value);
    assert.match((await victim.get('/')).text, /signed in as nina@nhs\.test/);
  });

  test('cookies are bound to the host and to https, and scripts do not see them', async () => {
    const nina = new Visitor(served.app);
    await nina.answer('/sign-in', { address: 'nina@nhs.test' });
    const [link] = await served.linksTo('nina@nhs.test');
    const seen = await nina.answer(link!, {});
    const [cookie] = seen.headers.getSetCookie().filter((one) => one.includes('session'));
    assert.match(cookie!, /^__Host-nodrift-session_token=/);
    assert.match(cookie!, /; Path=\//);
    assert.match(cookie!, /; HttpOnly/);
    assert.match(cookie!, /; Secure/);
    assert.match(cookie!, /; SameSite=Lax/i);
    assert.doesNotMatch(cookie!, /Domain=/i);
    assert.match(cookie!, /Max-Age=43200/);
  });

  test('forms of somebody else’s page do nothing: no nonce, another browser’s, another site, another type', async () => {
    const nina = new Visitor(served.app);
    const page = await nina.get('/sign-in');
    const address = 'nina@nhs.test';
    assert.equal((await nina.post('/sign-in', { address })).status, 422);
    const other = new Visitor(served.app);
    await other.get('/sign-in');
    assert.equal((await other.post('/sign-in', { ...hidden(page.html), address })).status, 422);
    const cross = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' };
    assert.equal((await nina.post('/sign-in', { ...hidden(page.html), address }, cross)).status, 403);
    const json = { 'content-type': 'application/json' };
    assert.equal((await nina.post('/sign-in', { ...hidden(page.html), address }, json)).status, 415);
    await served.linksTo('');
    assert.deepEqual(served.sent, []);
    const signedIn = await served.signedIn(address);
    assert.equal((await signedIn.post('/sign-out', {})).status, 422);
    assert.match((await signedIn.get('/')).text, /My duties/);
  });

  test('where to go on to is never taken from a request', async () => {
    const nina = new Visitor(served.app);
    const away = '?callbackURL=https://evil.test&errorCallbackURL=//evil.test&redirectTo=https://evil.test';
    await nina.answer('/sign-in', { address: 'nina@nhs.test', callbackURL: 'https://evil.test' });
    const [link] = await served.linksTo('nina@nhs.test');
    assert.doesNotMatch(served.sent[0]!.text, /evil/);
    const page = await nina.get(`${link}${away}`);
    const seen = await nina.post(`${link}${away}`, { ...hidden(page.html), callbackURL: 'https://evil.test' });
    assert.equal(seen.headers.get('location'), '/');
    const back = await nina.get(`/sign-in/auth/callback/oidc${away}&state=x&code=y`);
    assert.doesNotMatch(back.headers.get('location') ?? '', /evil/);
  });

  test('none of better-auth’s own addresses answers', async () => {
    const paths = ['sign-in/magic-link', 'sign-up/email', 'update-user', 'get-session', 'list-sessions', 'ok', 'error'];
    for (const path of [...paths, 'magic-link/verify?token=x', 'sign-in/social', 'callback/github'])
      for (const method of ['GET', 'POST']) {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        const { status } = await served.app.request(`/sign-in/auth/${path}`, { method, headers });
        assert.equal(status, 404, `${method} ${path}`);
      }
  });

  test('signing out ends this session; signing out everywhere ends all of them', async () => {
    const [desk, phone] = [await served.signedIn('nina@nhs.test'), await served.signedIn('nina@nhs.test')];
    const stolen = new Visitor(served.app);
    for (const [name, value] of desk.cookies) stolen.cookies.set(name, value);
    const page = await desk.get('/');
    assert.equal((await desk.post('/sign-out', hidden(page.html))).status, 303);
    assert.match((await desk.get('/')).text, /Plans that do not drift/);
    assert.match((await stolen.get('/')).text, /Plans that do not drift/, 'the cookie alone is not the session');
    const [third, theirs] = [await served.signedIn('nina@nhs.test'), await phone.get('/')];
    assert.equal((await phone.post('/sign-out', { ...hidden(theirs.html), everywhere: 'yes' })).status, 303);
    for (const one of [phone, third]) assert.match((await one.get('/')).text, /Plans that do not drift/);
  });

  test('who leaves the directory, or gets another address, is signed out everywhere', async () => {
    for (const change of [{ active: false }, { active: true, address: 'ada.lund@council.test' }]) {
      await changeStaff(served.record, 'barnsley', 'S-1', { active: true, address: 'ada@council.test' });
      const ada = await served.signedIn('ada@council.test');
      await changeStaff(served.record, 'barnsley', 'S-1', change);
      const seen = await ada.get('/');
      assert.equal(seen.status, 403);
      assert.match(seen.text, /does not know this address/);
      for (const table of [signInSessions, signInUsers])
        assert.deepEqual(await served.record.db.select().from(table), []);
      assert.match((await ada.get('/')).text, /Plans that do not drift/);
    }
  });

  test('a session that is over opens nothing, and is forgotten with the next that begins', async () => {
    const nina = await served.signedIn('nina@nhs.test');
    await served.record.db.update(signInSessions).set({ expiresAt: new Date(Date.now() - 1_000) });
    assert.match((await nina.get('/')).text, /Plans that do not drift/);
    await served.signedIn('amira@council.test');
    assert.equal((await served.record.db.select().from(signInSessions)).length, 1);
  });

  test('a flood is slowed: so many links a minute from one place, so many an hour to one mailbox', async () => {
    const visitor = new Visitor(served.app);
    for (let i = 0; i < 30; i++)
      assert.equal((await visitor.answer('/sign-in', { address: `x${i}@council.test` })).status, 200);
    const seen = await visitor.answer('/sign-in', { address: 'x@council.test' });
    assert.equal(seen.status, 429);
    assert.match(seen.headers.get('retry-after') ?? '', /^[1-9]\d?$/);
    await served.record.db.execute(sql`truncate sign_in_tries`);
    for (let i = 0; i < 8; i++) await visitor.answer('/sign-in', { address: 'nina@nhs.test' });
    assert.equal((await served.linksTo('nina@nhs.test')).length, 5);
  });

  test('signing in by a link asks nobody anything: no telemetry, no look-up elsewhere', async (t) => {
    const asked = t.mock.method(globalThis, 'fetch', () => Promise.reject(new Error('nobody is to be asked')));
    await (await served.signedIn('nina@nhs.test')).get('/');
    assert.equal(asked.mock.callCount(), 0);
  });

  test('no token, address or name is in a log', async () => {
    await served.signedIn('nina@nhs.test');
    const [link] = await served.linksTo('nina@nhs.test');
    await new Visitor(served.app).answer(link!, {});
    const all = JSON.stringify([served.log, served.lines]);
    assert.doesNotMatch(all, /nina|nhs\.test|Shah/i);
    assert.ok(!all.includes(link!.slice('/sign-in/link/'.length)));
  });
});
