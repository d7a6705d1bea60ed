// What people who are signed in are shown: their own duties, their team, their authority, the installation; and what they are not.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { raise } from '../../record/alerts.ts';
import { changeStaff, syncDirectory } from '../../record/directory.ts';
import { staffNamed } from '../../record/schema-directory.ts';
import { conference, coreGroup, discussion, event, family, PEOPLE } from '../support/family.ts';
import { afterCoreGroup, inNeed, PaperCase } from '../support/paper-case.ts';
import { member } from '../support/staff.ts';
import { type StaffApp, staffApp } from '../support/staff-app.ts';
import { hrefOf } from '../support/visitor.ts';

/** A case of Hull's in which Nina is, too. */
const hulls = () =>
  new PaperCase(
    family('HU-9', {
      authority: 'hull',
      team: 'east',
      people: PEOPLE.map((one) => ({
        ...one,
        ...(one.id === 'amira' && { email: 'other@hull.test', name: 'Olga Hull' }),
      })),
    }),
  ).recordAll([discussion(), conference(), coreGroup()]);

describe('people who are signed in', () => {
  let served: StaffApp;
  const papers = [afterCoreGroup(), inNeed(), hulls()];
  before(async () => {
    for (const paper of papers) paper.now = '2028-02-21T10:00:00Z' as PaperCase['now'];
    served = await staffApp(papers);
    await syncDirectory(served.record, 'barnsley', [
      member('S-1', { name: 'Sue Hart', address: 'sue@council.test', rights: ['service-manager'] }),
      member('S-2', { name: 'Tom Reed', address: 'tom@council.test', manager: 'S-1', rights: ['manager'] }),
      member('S-3', {
        name: 'Amira Khan',
        address: 'a.khan@council.test',
        sharedMailbox: 'amira@council.test',
        manager: 'S-2',
      }),
      member('S-9', { name: 'Olu Ops', address: 'ops@council.test', rights: ['operator'] }),
    ]);
    await syncDirectory(served.record, 'hull', [
      member('H-1', { address: 'boss@hull.test', rights: ['service-manager'] }),
      member('H-2', { address: 'other@hull.test', manager: 'H-1' }),
    ]);
    await served.record.db
      .insert(staffNamed)
      .values({ caseId: 'child-protection/BC-2041', person: 'amira', authority: 'barnsley', staff: 'S-3', told: 1 });
    await raise(served.record, { caseId: 'child-protection/BC-2041', what: 'step-overdue' });
  });
  beforeEach(() => served.record.db.execute(sql`truncate sign_in_tries`));
  after(() => served.close());

  test('a nurse sees her own duties over all her cases, the most urgent first, and nobody else’s', async () => {
    const { text } = await (await served.signedIn('nina@nhs.test')).get('/');
    assert.match(text, /2 to do, 2 late, over 3 cases/);
    assert.match(text, /BC-2041 Minutes of core group 1 8 days late \(Sun 13 February\) Say whether the minutes came/);
    assert.match(text, /HU-9 Minutes of core group 1/);
    assert.doesNotMatch(text, /My team|My authority|Operations|Decision|CN-7|Amira|Mum|Dad/);
  });

  test('a duty’s link opens the page on which it is answered, and what is answered is no longer hers', async () => {
    const paper = afterCoreGroup();
    const own = await staffApp([paper]);
    const nina = await own.signedIn('nina@nhs.test');
    const link = hrefOf((await nina.get('/')).html, 'Say whether the minutes came');
    const answered = await nina.answer(link, { came: 'today' });
    assert.match(answered.text, /The social worker has had the minutes/);
    assert.match((await nina.get('/')).text, /Nothing is yours to do now/);
    await own.close();
  });

  test('a social worker whose mail goes to a shared mailbox signs in by her own address, and is who the directory says', async () => {
    const amira = await served.signedIn('a.khan@council.test');
    const { text } = await amira.get('/');
    assert.match(text, /BC-2041 Core group 2/);
    assert.match(text, /signed in as a\.khan@council\.test/);
    assert.doesNotMatch(text, /HU-9/);
  });

  test('nobody signs in by a mailbox that several read, although cases name it', async () => {
    await assert.rejects(served.signedIn('amira@council.test'), /no link was mailed/);
  });

  test('a meeting that is booked and past is asked about; one to come can be moved', async () => {
    const { text } = await (await served.signedIn('a.khan@council.test')).get('/');
    assert.match(text, /Core group 2 Due .*? Move the meeting/);
  });

  test('a manager sees what is late in the cases of those they manage, whose it is, and nothing of another authority', async () => {
    const { text } = await (await served.signedIn('tom@council.test')).get('/team');
    assert.match(text, /You manage one person\. Running cases that name them: \d\./);
    assert.match(text, /BC-2041 Minutes of core group 1 8 days late \(Sun 13 February\) Nina Shah \(health/);
    assert.doesNotMatch(text, /HU-9|Olga/);
  });

  test('a case makes nobody a manager: Hull’s worker has no team by what Barnsley’s case says of Tom', async () => {
    for (const address of ['nina@nhs.test', 'carl@council.test', 'other@hull.test'])
      for (const path of ['/team', '/authority', '/operations'])
        assert.equal((await (await served.signedIn(address)).get(path)).status, 404, `${address} ${path}`);
  });

  test('a service manager sees their authority’s teams and what is late there, and no other’s', async () => {
    const { text } = await (await served.signedIn('sue@council.test')).get('/authority');
    assert.match(text, /Teams of Barnsley/);
    assert.match(text, /north 2 /);
    assert.match(text, /BC-2041 Minutes of core group 1/);
    assert.doesNotMatch(text, /hull|HU-9/i);
    const hull = await (await served.signedIn('boss@hull.test')).get('/authority');
    assert.match(hull.text, /Teams of Hull/);
    assert.doesNotMatch(hull.text, /BC-2041|barnsley/i);
  });

  test('an operator sees alerts, next steps and figures, and nobody’s name or address', async () => {
    const { text } = await (await served.signedIn('ops@council.test')).get('/operations');
    assert.match(text, /child-protection\/BC-2041 its next step is more than an hour past/);
    assert.match(text, /Next steps/);
    assert.match(text, /barnsley north 2/);
    for (const { name } of PEOPLE) assert.doesNotMatch(text, new RegExp(`\\b${name}\\b`), name);
    assert.doesNotMatch(text.replace('ops@council.test', ''), /@/);
  });

  test('an operator finds the cases that matter in Temporal UI by links that carry the query', async () => {
    const own = await staffApp(papers, { temporalUi: { url: 'https://temporal.council.test', namespace: 'nodrift' } });
    await syncDirectory(own.record, 'barnsley', [member('S-9', { address: 'ops@council.test', rights: ['operator'] })]);
    const { html } = await (await own.signedIn('ops@council.test')).get('/operations');
    const query = queryOf(html, 'Late in team north, barnsley');
    assert.match(query, /NodriftLate IS NOT NULL AND NodriftAuthority = 'barnsley' AND NodriftTeam = 'north'$/);
    assert.match(
      queryOf(html, 'A limit ends this week'),
      /NodriftNextLimit BETWEEN '2028-02-21T00.*' AND '2028-02-27T23/,
    );
    assert.match(queryOf(html, 'Needs attention'), /TemporalReportedProblems IS NOT NULL/);
    assert.match(
      html,
      /href="https:\/\/temporal\.council\.test\/namespaces\/nodrift\/workflows\/child-protection%2FBC-2041"/,
    );
    await own.close();
    const { html: without } = await (await served.signedIn('ops@council.test')).get('/operations');
    assert.doesNotMatch(without, /Temporal UI/);
  });

  test('no page names a child or one of the family, or shows their address', async () => {
    for (const [address, path] of [
      ['nina@nhs.test', '/'],
      ['tom@council.test', '/team'],
      ['sue@council.test', '/authority'],
    ] as const) {
      const { html } = await (await served.signedIn(address)).get(path);
      assert.doesNotMatch(html, /\bMum\b|\bDad\b|dad@home/, path);
    }
  });

  test('a case that does not answer is said and left out; the others are shown', async () => {
    const nina = await served.signedIn('nina@nhs.test');
    papers[0]!.isDown = true;
    const { status, text } = await nina.get('/');
    papers[0]!.isDown = false;
    assert.equal(status, 200);
    assert.match(text, /one case did not answer/);
    assert.match(text, /HU-9 Minutes/);
    assert.doesNotMatch(text, /BC-2041/);
  });

  test('when no case answers nobody is signed out for it', async () => {
    const nina = await served.signedIn('nina@nhs.test');
    for (const paper of papers) paper.isDown = true;
    assert.equal((await nina.get('/')).status, 503);
    for (const paper of papers) paper.isDown = false;
    assert.equal((await nina.get('/')).status, 200);
  });

  test('who has left a case has nothing of it on their page', async () => {
    const paper = new PaperCase(family('BC-3')).recordAll([discussion(), conference(), coreGroup()]);
    const own = await staffApp([paper, afterCoreGroup()]);
    const nina = await own.signedIn('nina@nhs.test');
    paper.recordAll([event('gone', '2028-02-10', 'person-left', { person: 'nina', on: '2028-02-10' })]);
    const { text } = await nina.get('/');
    assert.doesNotMatch(text, /BC-3/);
    assert.match(text, /BC-2041/);
    await own.close();
  });

  test('who has left the last of their cases is signed out everywhere', async () => {
    const paper = afterCoreGroup();
    const own = await staffApp([paper]);
    const [desk, phone] = [await own.signedIn('nina@nhs.test'), await own.signedIn('nina@nhs.test')];
    paper.recordAll([event('gone', '2028-02-10', 'person-left', { person: 'nina', on: '2028-02-10' })]);
    assert.equal((await desk.get('/')).status, 403);
    assert.match((await phone.get('/')).text, /Plans that do not drift/);
    own.sent.length = 0;
    await assert.rejects(own.signedIn('nina@nhs.test'), /no link was mailed/);
    await own.close();
  });

  test('whoever stands in for somebody sees what is theirs to do meanwhile, and answers it', async () => {
    const paper = afterCoreGroup();
    paper.now = '2028-02-21T10:00:00Z' as PaperCase['now'];
    const own = await staffApp([paper]);
    const owen = await own.signedIn('owen@school.test');
    assert.doesNotMatch((await owen.get('/')).text, /Minutes of core group 1/);
    paper.recordAll([
      event('away', '2028-02-21T11:00', 'cover-arranged', {
        ...{ by: 'tom', person: 'nina', cover: 'owen', from: '2028-02-21', until: '2028-02-29' },
      }),
    ]);
    const page = await owen.get('/');
    assert.match(page.text, /BC-2041 Minutes of core group 1 8 days late/);
    assert.equal((await owen.get(hrefOf(page.html, 'Say whether the minutes came'))).status, 200);
    await own.close();
  });

  test('each look and each sign-in is in the audit, by a name that is none', async () => {
    const tom = await served.signedIn('tom@council.test');
    await tom.get('/team');
    await tom.get('/operations');
    const rows = (await served.record.db.execute('select who, did, outcome from audit order by number')) as unknown as {
      rows: { who: string; did: string; outcome: string }[];
    };
    const said = rows.rows.map(({ who, did, outcome }) => `${who} ${did} ${outcome}`);
    assert.ok(said.includes('staff:barnsley/S-2 GET /team 200'), said.join('\n'));
    assert.ok(said.includes('staff:barnsley/S-2 GET /operations 404'), said.join('\n'));
    assert.ok(
      said.some((one) => one.includes('POST /sign-in/link done')),
      said.join('\n'),
    );
    assert.doesNotMatch(said.join('\n'), /@|Tom|Nina/);
  });

  test('a manager who is one no more has no team at the next look', async () => {
    const tom = await served.signedIn('tom@council.test');
    await changeStaff(served.record, 'barnsley', 'S-3', { manager: 'S-1' });
    assert.equal((await tom.get('/team')).status, 404);
    await changeStaff(served.record, 'barnsley', 'S-3', { manager: 'S-2' });
    assert.equal((await tom.get('/team')).status, 200);
  });
});

/** What a link to Temporal UI asks its index. */
function queryOf(html: string, name: string): string {
  const [, href = ''] = new RegExp(`href="([^"]+)">${name}<`).exec(html) ?? [];
  return new URL(href.replaceAll('&amp;', '&').replaceAll('&#39;', "'")).searchParams.get('query') ?? '';
}
