// The routes that stand on no single case, on stand-ins: lists with their cursors, a person's owed, timelines, rehearsals and policies.
// Each answer is held to the document.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { Refused } from '../../client/errors.ts';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import { timeline } from '../../domain/play/timeline.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { LocalDate } from '../../domain/time/calendar.ts';
import { isShipped, loadCalendar, loadPolicy, shippedPolicy } from '../../policies/load.ts';
import type { ListedCase } from '../../record/case-pages.ts';
import { NoPolicy } from '../../record/in-force.ts';
import { SeveralPeople } from '../../record/owed-by.ts';
import type { ApiParts } from '../../web/api/all-routes.ts';
import { cursors } from '../../web/api/cursor.ts';
import { playing } from '../../web/api/playing.ts';
import { apiOf, asking, caller, callersOf, scoped } from '../support/api.ts';
import { discussion } from '../support/family.ts';
import { PaperCase } from '../support/paper-case.ts';

const listed = (ref: string): ListedCase => ({
  ...{ id: `child-protection/${ref}`, kind: 'child-protection', ref, authority: 'barnsley', team: null },
  ...{ nextLimit: '2027-03-20' as LocalDate, late: ['minutes/core-group-3'] },
});
const ALL_CASES = ['A', 'B', 'C', 'D', 'E'].map(listed);
let clock = new Date('2027-03-01T10:00:00Z');
const asked: unknown[] = [];
const lists: NonNullable<ApiParts['lists']> = {
  async casePage(wish) {
    asked.push(wish);
    const rest = ALL_CASES.filter(({ id }) => id > (wish.after ?? ''));
    const cases = rest.slice(0, wish.limit);
    return { cases, next: rest.length > wish.limit ? cases.at(-1)?.id : undefined };
  },
  async owedBy({ person, caseId }) {
    if (person === 'two' && caseId === undefined) throw new SeveralPeople(['child-protection/A', 'child-protection/B']);
    const duty = {
      duty: 'minutes/core-group-3',
      meeting: 'core-group-3',
      due: '2027-03-01' as LocalDate,
      rules: ['R59'],
    };
    const rest = { person, bookBy: null, target: null, late: true };
    return person === 'nobody'
      ? []
      : [{ case: 'child-protection/A', kind: 'child-protection', ref: 'A', ...duty, ...rest }];
  },
  cursors: cursors(Buffer.from('a secret of a test'), () => clock),
};
const thread = playing();
after(() => thread.close());
const inForce = async (authority: string) => {
  if (!isShipped(authority)) throw new NoPolicy('none');
  return { policy: shippedPolicy(authority), calendar: loadCalendar() };
};
const parts = { lists, plays: { playing: thread, inForce } };
const callers = callersOf({
  own: caller({ authorities: ['barnsley'] }),
  several: caller({ authorities: ['barnsley', 'hull'] }),
  writer: scoped('cases:write'),
  reader: scoped('policies:read'),
});
const app = apiOf(new PaperCase().recordAll([discussion()]), { ...parts, callers });
const api = asking(app);
const own = asking(app, 'own');

// Lists.

test('all pages of a list are one list, and the last says so', async () => {
  const refs: string[] = [];
  let next: string | null = '';
  while (next !== null) {
    const { status, body } = await api.get(`/cases?limit=2${next && `&cursor=${next}`}`);
    assert.equal(status, 200);
    refs.push(...body.cases.map(({ ref }: ListedCase) => ref));
    next = body.next;
  }
  assert.deepEqual(refs, ['A', 'B', 'C', 'D', 'E']);
});

test('a list is of the caller’s authorities, or of one of them', async () => {
  asked.length = 0;
  await own.get('/cases?team=north&late=true');
  await api.get('/cases?authority=hull');
  assert.deepEqual(asked, [
    { authorities: ['barnsley'], team: 'north', family: undefined, late: true, limit: 100, after: undefined },
    { authorities: ['hull'], team: undefined, family: undefined, late: false, limit: 100, after: undefined },
  ]);
  const { status, body } = await own.get('/cases?authority=hull');
  assert.deepEqual([status, body.field], [404, 'authority']);
  assert.equal((await asking(app, 'writer').get('/cases')).status, 403);
});

test('a cursor that is made up, of another list, of another caller’s or a day old is one problem', async () => {
  const { body } = await api.get('/cases?limit=2');
  const made = Buffer.from(JSON.stringify([0, 'child-protection/A'])).toString('base64url');
  const cut = body.next.slice(0, -3);
  for (const [call, path] of [
    [api, `/cases?limit=2&cursor=${made}`],
    [api, `/cases?limit=2&cursor=${cut}`],
    [api, '/cases?cursor='],
    [api, `/cases?cursor=${'x'.repeat(1024)}`],
    [api, `/cases?limit=2&late=true&cursor=${body.next}`],
    [api, `/cases?limit=2&authority=hull&cursor=${body.next}`],
    [own, `/cases?limit=2&cursor=${body.next}`],
  ] as const) {
    const answer = await call.get(path);
    assert.deepEqual([answer.status, answer.body.field], [400, 'cursor'], path);
    assert.ok(!JSON.stringify(answer.body).includes('child-protection'));
  }
  assert.equal(
    (await api.get(`/cases?limit=3&cursor=${body.next}`)).status,
    200,
    'a page may be longer than the one before',
  );
  clock = new Date('2027-03-02T10:00:01Z');
  const old = await api.get(`/cases?limit=2&cursor=${body.next}`);
  assert.deepEqual([old.status, /more than a day old/.test(old.body.detail)], [400, true]);
});

for (const query of ['limit=0', 'limit=501', 'limit=ten', 'late=yes', 'authority=Barnsley', 'colour=red', 'team='])
  test(`a list asked for by ${query} is one problem`, async () => {
    const { status, body } = await api.get(`/cases?${query}`);
    assert.deepEqual([status, body.field], [400, query.split('=')[0]]);
  });

// People.

test('what a person owes is asked of one authority, and of their case where several are called so', async () => {
  const { status, body } = await own.get('/people/S-17/owed');
  assert.deepEqual([status, body.person, body.duties[0].duty], [200, 'S-17', 'minutes/core-group-3']);
  assert.deepEqual((await own.get('/people/nobody/owed')).body.duties, []);
  const two = await own.get('/people/two/owed');
  assert.deepEqual([two.status, two.body.field], [400, 'case']);
  assert.equal((await own.get('/people/two/owed?case=child-protection/A')).status, 200);
  assert.equal((await own.get('/people/two/owed?case=elsewhere')).status, 400);
  assert.equal((await own.get('/people/S-17/owed?authority=hull')).status, 404);
  const several = await asking(app, 'several').get('/people/S-17/owed');
  assert.deepEqual([several.status, several.body.field], [400, 'authority']);
  assert.equal((await asking(app, 'several').get('/people/S-17/owed?authority=hull')).status, 200);
  assert.equal((await asking(app, 'reader').get('/people/S-17/owed?authority=hull')).status, 403);
  assert.equal((await own.get('/people/a%2Fb/owed')).status, 400);
});

// Timelines and rehearsals.

const wish = { authority: 'hull', kind: 'child-protection', opened: '2027-03-01', months: 6 };
const held = { 'initial-conference': '2027-03-11' as LocalDate };

test('a timeline is that of the command', async () => {
  const { status, body } = await api.post('/timeline', { ...wish, held });
  assert.equal(status, 200);
  const opened = '2027-03-01' as LocalDate;
  const same = { kind: 'child-protection', policy: loadPolicy('hull'), calendar: loadCalendar() } as const;
  assert.deepEqual(body.limits, timeline({ ...same, opened, months: 6, held }));
});

for (const [what, change, status, words] of [
  ['another authority', { authority: 'nowhere' }, 422, /none/],
  ['a day that there is not', { opened: '2027-02-30' }, 400, /opened/],
  ['a day of another century', { opened: '1899-01-01' }, 400, /opened/],
  ['too many months', { months: 241 }, 400, /months/],
  ['a meeting before it began', { held: { 'core-group-1': '2027-01-01' } }, 400, /held\.core-group-1/],
  ['a day that is a number', { held: { 'core-group-1': 3 } }, 400, /held\.core-group-1: must be a day/],
  ['a meeting that there is not', { held: { 'tea-1': '2027-03-09' } }, 400, /there is no tea-1/],
  ['an approval of another kind of plan', { planApproved: '2027-03-09' }, 400, /planApproved/],
  ['a policy of one’s own', { policy: {} }, 400, /policy/],
  ['a prototype', JSON.parse('{"held":{"__proto__":"2027-03-09"}}') as object, 400, /held\.__proto__: is no meeting/],
] as const)
  test(`a timeline of ${what} is one problem`, async () => {
    const answer = await api.post('/timeline', { ...wish, ...change });
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.match(answer.body.detail, words);
  });

const drifts = parse(readFileSync('examples/everything-drifts.yaml', 'utf8'), { schema: 'core' });

test('a rehearsal is that of the command', async () => {
  const { status, body } = await api.post('/rehearsals', drifts);
  assert.equal(status, 200);
  const { notices, refused, owed, closed } = rehearse(readScenario('examples/everything-drifts.yaml'));
  assert.deepEqual(body, JSON.parse(JSON.stringify({ notices, refused, owed, closed })));
  assert.ok(body.notices.length > 50);
});

test('several cases are rehearsed together', async () => {
  const up = parse(readFileSync('examples/step-up.yaml', 'utf8'), { schema: 'core' });
  const { status, body } = await api.post('/rehearsals', up);
  assert.equal(status, 200);
  assert.ok(body.notices.every((one: { case?: string }) => one.case));
});

for (const [what, change, words] of [
  ['without people', { case: { ref: 'X', kind: 'child-protection', people: [] } }, /people/],
  ['without events', { events: [] }, /events/],
  ['with a time that is none', { events: [{ at: 'soon', type: 'meeting-held' }] }, /events\.0\.at/],
  ['of fifty years', { until: '2077-01-01' }, /until: is more than 10 years/],
  ['of more events than are taken', { events: Array(1001).fill({ at: '2027-03-01T10:00', type: 'x' }) }, /1,000/],
  ['with a policy of its own', { policy: {} }, /policy/],
] as const)
  test(`a rehearsal ${what} is one problem`, async () => {
    const answer = await api.post('/rehearsals', { ...drifts, ...change });
    assert.equal(answer.status, 400, JSON.stringify(answer.body));
    assert.match(answer.body.detail, words);
  });

test('another authority’s policy is not played with', async () => {
  assert.equal((await own.post('/timeline', wish)).status, 404);
  assert.equal((await own.post('/rehearsals', drifts)).status, 404);
  assert.equal((await asking(app, 'writer').post('/rehearsals', drifts)).status, 403);
});

test('a rehearsal that takes too long is given up, whoever waits behind it is answered, and nobody else waits meanwhile', async () => {
  const short = playing({ ms: 1 });
  const bounded = asking(apiOf(new PaperCase(), { plays: { playing: short, inForce } }));
  assert.equal((await bounded.post('/rehearsals', drifts)).status, 413);
  await short.close();
  const full = playing({ waiting: 0 });
  const busy = asking(apiOf(new PaperCase(), { plays: { playing: full, inForce } }));
  const { status, headers } = await busy.post('/rehearsals', drifts);
  assert.deepEqual([status, headers.get('retry-after')], [503, '5']);
  await full.close();
  let turns = 0;
  const beat = setInterval(() => turns++, 1);
  await api.post('/rehearsals', { ...drifts, until: '2036-12-01' });
  clearInterval(beat);
  assert.ok(turns > 20, `the process went on while a rehearsal of years was played: ${turns}`);
});

// Policies.

const barnsley = shippedPolicy('barnsley');
const changed: Policy = { ...barnsley, version: '2', name: 'Barnsley, changed' };
const TOLD = { event: 'policy/2', took: 3, before: 0, closed: [], stragglers: [], stragglersInAll: 0 };

function policies(apply: NonNullable<ApiParts['policies']>['apply'] = async () => TOLD) {
  const applied: Parameters<typeof apply>[0][] = [];
  const all: Pick<ApiParts, 'policies' | 'callers'> = {
    policies: {
      inForce,
      apply: (one) => {
        applied.push(one);
        return apply(one);
      },
    },
    callers,
  };
  const on = apiOf(new PaperCase(), all);
  const put = (body: unknown, headers: Record<string, string> = {}, bearer?: string, query = '', at = 'barnsley') =>
    asking(on, bearer).ask('PUT', `/policies/${at}${query}`, {
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { applied, put, api: asking(on), own: asking(on, 'own') };
}
const match = { 'if-match': `"${barnsley.hash}"` };

test('a policy is shown whole, with what to match it by; another authority’s is not there', async () => {
  const one = policies();
  const { status, body, headers } = await one.api.get('/policies/barnsley');
  assert.deepEqual([status, headers.get('etag')], [200, match['if-match']]);
  assert.deepEqual(body, JSON.parse(JSON.stringify(barnsley)));
  assert.equal((await one.api.get('/policies/barnsley', { 'if-none-match': match['if-match'] })).status, 304);
  assert.equal((await one.api.get('/policies/nowhere')).status, 404);
  assert.equal((await one.own.get('/policies/hull')).status, 404);
});

test('a policy is put in force on top of the one it was made from', async () => {
  const one = policies();
  const { status, body, headers } = await one.put(changed, match, undefined, '?reproject=true');
  assert.deepEqual([status, body], [200, TOLD]);
  assert.notEqual(headers.get('etag'), match['if-match']);
  const { policy, ...rest } = one.applied[0]!;
  assert.equal(policy.version, '2');
  assert.deepEqual(rest, { authority: 'barnsley', reproject: true, replaces: barnsley.hash, by: 'key:ck_test' });
});

test('what is in force already may be sent again without a match; telling that goes on is said so', async () => {
  assert.equal((await policies().put(barnsley)).status, 200);
  const going = await policies(async () => undefined).put(changed, match);
  assert.deepEqual([going.status, going.body], [202, { event: 'policy/2' }]);
});

test('an authority that has none yet begins with its first', async () => {
  const one = policies();
  const first = { ...changed, authority: 'leeds' };
  assert.equal((await one.put(first, match, undefined, '', 'leeds')).status, 412);
  assert.equal((await one.put(first, {}, undefined, '', 'leeds')).status, 200);
  assert.equal(one.applied[0]?.replaces, undefined);
});

for (const [what, body, headers, status, words] of [
  ['without a match', changed, {}, 428, /If-Match: is missing/],
  ['on top of another', changed, { 'if-match': '"other"' }, 412, /is in force by now/],
  ['of another authority', { ...changed, authority: 'hull' }, match, 400, /hull in the policy/],
  ['with a misspelt field', { ...changed, colour: 'red' }, match, 400, /colour/],
  ['without limits', { ...changed, limits: undefined }, match, 400, /limits/],
  ['that breaks statute', longer(changed), match, 422, /statute/],
  ['that is a list', [], match, 400, /must be an object/],
  ['that is no JSON', '{', match, 400, /JSON/],
] as const)
  test(`a policy ${what} is one problem, and nothing is put in force`, async () => {
    const one = policies();
    const answer = await one.put(body, headers);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.match(answer.body.detail, words);
    assert.deepEqual(one.applied, []);
  });

test('who may not write policies, or not this one, changes nothing; what the record says against it is said', async () => {
  const one = policies(() => Promise.reject(new Refused('version: 2 of barnsley names other figures already', null)));
  assert.equal((await one.put(changed, match, 'reader')).status, 403);
  assert.equal((await one.put({ ...changed, authority: 'hull' }, match, 'own', '', 'hull')).status, 404);
  assert.deepEqual(one.applied, []);
  assert.equal((await one.put(changed, match)).status, 422);
});

function longer(policy: Policy): Policy {
  const limit = policy.limits['first-lac-review'];
  return { ...policy, limits: { ...policy.limits, 'first-lac-review': { ...limit!, within: 90 } } };
}
