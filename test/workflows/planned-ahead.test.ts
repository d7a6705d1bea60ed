// What a case plans in the night, without a server (docs/decisions/017): people see what they would if every step were taken at 08:00.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Notice } from '../../domain/notices/notice.ts';
import { londonDay } from '../../domain/notices/words.ts';
import { type PlayedEvent, play } from '../../domain/play/player.ts';
import { unfitForRealCases } from '../../domain/policy/unfit.ts';
import { Calendar, dateOf, fromLondon, type Instant, localDateTime } from '../../domain/time/calendar.ts';
import type { BegunCase, Carried } from '../../workflows/api.ts';
import { Book } from '../../workflows/book.ts';
import {
  BARNSLEY,
  CALENDAR,
  conference,
  FILE,
  held,
  joined,
  minutes,
  moment,
  other,
  place,
  recorded,
  strategy,
  type Told,
} from '../domain/support.ts';
import { lives, putRightLives, upsetLives } from '../support/random-lives.ts';
import fc, { SEED } from '../support/seeded.ts';

const begun: BegunCase = { file: FILE, policy: BARNSLEY, calendar: CALENDAR, rehearsal: false };

/** A case as its loop lives it: it wakes when it has asked to, and hands over. */
class Living {
  book: Book;
  /** What was handed over and not withdrawn. */
  readonly stands: Notice[] = [];
  readonly wakes: Instant[] = [];
  readonly handed: { readonly at: Instant; readonly told: readonly string[]; readonly withdrawn: readonly string[] }[] =
    [];
  readonly #begun: BegunCase;
  #events = 0;

  constructor(input: BegunCase, at: Instant) {
    this.#begun = input;
    this.book = new Book(input, at);
  }

  /** Hands over until nothing is left. */
  #handOver(now: Instant): void {
    for (;;) {
      const { notices, withdrawn } = this.book.handOver(now);
      this.book.entry(now);
      if (notices.length === 0 && withdrawn.length === 0) return;
      for (const { key } of withdrawn) {
        const planned = this.stands.findIndex((one) => one.key === key && one.at > now);
        assert.ok(planned >= 0, `${key} was not planned, or had gone`);
        this.stands.splice(planned, 1);
      }
      for (const notice of notices) {
        assert.ok(!this.stands.some(({ key, at }) => key === notice.key && at === notice.at), `${notice.key} twice`);
        this.stands.push(notice);
      }
      this.handed.push({ at: now, told: notices.map(({ key }) => key), withdrawn: withdrawn.map(({ key }) => key) });
    }
  }

  /** Wakes whenever it asked to, up to a moment; what is recorded at that very moment comes first. */
  liveTo(until: Instant): void {
    for (let { alarm } = this.book; alarm && alarm.at < until; { alarm } = this.book) {
      if (this.book.isClosed(alarm.at)) return;
      assert.ok(alarm.at > (this.wakes.at(-1) ?? ''), 'the alarm goes forward');
      this.wakes.push(alarm.at);
      this.#handOver(alarm.at);
      this.book.rest();
    }
  }

  record(at: string, event: Told, id = `e-${this.#events++}`): void {
    const now = /Z$/.test(at) ? (at as Instant) : moment(at);
    this.liveTo(now);
    this.take(now, [{ ...recorded(at, event, id), recordedAt: now }]);
  }

  /** @throws where it is refused: what else was taken at that moment is told all the same */
  take(now: Instant, events: readonly unknown[], handsOver = true): void {
    try {
      this.book.record(events, 'nodrift', now);
      for (const ask of this.book.asksOfOthers()) this.book.acknowledge(ask.done, now);
      this.#untold = true;
    } finally {
      if (handsOver && this.#untold) {
        this.#untold = false;
        this.#handOver(now);
      }
    }
  }
  #untold = false;

  /** Goes on from what it carries, as after continue-as-new. */
  renew(now: Instant): void {
    const carried = JSON.parse(JSON.stringify(this.book.carried())) as Carried;
    this.book = new Book({ ...this.#begun, carried }, now);
    this.#handOver(now);
  }

  about = (duty: string): readonly string[] =>
    this.stands.filter((one) => one.duty === duty).map(({ at, rung, to }) => `${at} ${rung} ${to.id}`);
}

/** Minutes of a core group on 28 January are owed by 4 February and chased from the fifth on. */
function withMinutesOwed(): Living {
  const c = new Living(begun, moment('2027-01-01'));
  c.record('2027-01-04', strategy('2027-01-04'));
  c.record('2027-01-18', conference('2027-01-18', { firstCoreGroup: place('2027-01-28') }));
  c.record('2027-01-28', held('core-group-1', '2027-01-28', { minuteTaker: 'ed', next: place('2027-02-25') }));
  return c;
}
const OWED = 'minutes/core-group-1';
/** The first morning on which somebody is chased for them. */
function firstChase(): { readonly morning: Instant; readonly day: string } {
  const c = withMinutesOwed();
  c.liveTo(moment('2027-02-28'));
  const at = c.stands.find(({ duty, kind }) => duty === OWED && kind === 'chase')?.at;
  assert.ok(at);
  return { morning: at, day: at.slice(0, 10) };
}
const { morning: CHASED, day: DAY } = firstChase();

test('what is due at 08:00 is planned between five and twenty to eight, and keeps 08:00 as its moment', () => {
  const c = withMinutesOwed();
  c.liveTo(moment(`${DAY}T08:01`));
  const woke =
    c.handed.find(({ told }) => told.some((key) => c.stands.some((one) => one.key === key && one.at === CHASED)))?.at ??
    '';
  assert.ok(woke >= moment(`${DAY}T05:00`) && woke <= moment(`${DAY}T07:40`), woke);
  assert.ok(c.about(OWED).some((line) => line.startsWith(`${CHASED} `)));
  assert.ok(!c.wakes.includes(CHASED), 'nothing more happens at 08:00');
});

test('of ten thousand cases no minute of the night plans more than a hundred and fifty', () => {
  const wakes = new Map<string, number>();
  for (let i = 0; i < 2_000; i++) {
    const minute = wakeOf(`BC-${i}`).slice(0, 16);
    wakes.set(minute, (wakes.get(minute) ?? 0) + 1);
  }
  assert.ok(Math.max(...wakes.values()) <= 30, `${Math.max(...wakes.values())}`);
});
function wakeOf(ref: string): Instant {
  const book = new Book({ ...begun, file: { ...FILE, ref } }, moment('2027-01-04'));
  book.record([recorded('2027-01-04', strategy('2027-01-04'), 'e')], 'outside', moment('2027-01-04'));
  book.handOver(moment('2027-01-04'));
  const at = book.alarm?.at;
  assert.ok(at);
  return at;
}

test('minutes that came at ten to eight are not chased for at eight', () => {
  const c = withMinutesOwed();
  c.record(`${DAY}T07:50`, minutes('core-group-1', DAY));
  assert.deepEqual(
    c.handed.at(-1)?.withdrawn.length,
    c.handed.at(-1)?.withdrawn.filter((key) => key.startsWith(OWED)).length,
  );
  assert.ok(!c.about(OWED).some((line) => line.startsWith(CHASED)));
  c.liveTo(moment('2027-03-01'));
  assert.ok(!c.about(OWED).some((line) => line >= CHASED), 'nor later');
});

test('that they came is taken back at five to eight: the chase goes at eight after all, once', () => {
  const c = withMinutesOwed();
  c.record(`${DAY}T07:50`, minutes('core-group-1', DAY), 'came');
  c.record(`${DAY}T07:55`, other('event-withdrawn', { withdraws: 'came', by: 'tess', reason: 'another case' }));
  const at = c.about(OWED).filter((line) => line.startsWith(CHASED));
  assert.ok(at.length > 0);
  c.liveTo(moment(`${DAY}T23:00`));
  assert.deepEqual(
    c.about(OWED).filter((line) => line.startsWith(CHASED)),
    at,
  );
});

test('whoever asked to wait until a morning on which they are chased anyway hears of it once', () => {
  const c = withMinutesOwed();
  // They wait until the morning of the first chase.
  const before = moment(`${DAY}T08:00`);
  c.record('2027-02-01T12:00', { type: 'put-off', by: 'ed', duty: OWED, until: DAY, reason: 'on it' } as never);
  c.liveTo(before);
  c.liveTo(moment(`${DAY}T12:00`));
  assert.deepEqual(c.about(OWED).filter((line) => line.startsWith(CHASED) && line.endsWith(' ed')).length, 1);
});

test('once a morning is over nothing more is told in it, whatever turns out to have been so', () => {
  const c = new Living(begun, moment('2027-01-01'));
  c.record('2027-01-04', strategy('2027-01-04'));
  c.record('2027-01-18', conference('2027-01-18', { firstCoreGroup: place('2027-01-28') }));
  const next = place('2027-02-25');
  c.record(
    '2027-01-27',
    { type: 'meeting-booked', by: 'sam', meeting: 'core-group-2', ...next } as never,
    'typed-twice',
  );
  c.record('2027-01-28T17:00', held('core-group-1', '2027-01-28', { minuteTaker: 'ed', next }));
  c.liveTo(moment('2027-02-24T09:00'));
  const reminded = () =>
    c.stands.filter(({ at, duty }) => duty === 'attend/core-group-2' && at.startsWith('2027-02-24'));
  const before = reminded().map(({ key }) => key);
  assert.ok(before.length > 0, 'they are reminded the day before');
  // The other booking now stands, and by it they would have been reminded that same morning.
  c.record('2027-02-24T10:00', {
    type: 'event-withdrawn',
    by: 'tess',
    reason: 'typed twice',
    withdraws: 'typed-twice',
  } as never);
  c.liveTo(moment('2027-02-26'));
  assert.deepEqual(
    reminded().map(({ key }) => key),
    before,
  );
});

test('what is recorded after eight withdraws nothing, and is known to have come after it', () => {
  const c = withMinutesOwed();
  c.record(`${DAY}T08:01`, minutes('core-group-1', DAY));
  assert.ok(c.about(OWED).some((line) => line.startsWith(CHASED)));
  assert.ok(c.handed.every(({ withdrawn }) => withdrawn.length === 0));
});

test('an event in the night that makes something due at eight adds it to what is planned', () => {
  const c = withMinutesOwed();
  c.liveTo(moment(`${DAY}T07:41`));
  const before = new Set(c.stands.map(({ key }) => key));
  c.record(`${DAY}T07:45`, other('meeting-cancelled', { meeting: 'core-group-2' }));
  const more = c.stands.filter(({ key, at }) => !before.has(key) && at === CHASED);
  assert.ok(more.length > 0, 'the family is to be told next morning, and the next meeting booked');
});

test('what was planned says what is so at eight: a person’s new address', () => {
  const c = withMinutesOwed();
  const ed = FILE.people.find(({ id }) => id === 'ed')!;
  c.record(`${DAY}T07:45`, other('person-updated', { person: { ...ed, email: 'ed@new.test' } }));
  const chases = c.stands.filter(({ at, to }) => at === CHASED && to.id === 'ed');
  assert.ok(chases.length > 0);
  assert.deepEqual([...new Set(chases.map(({ to }) => to.email))], ['ed@new.test']);
});

test('continued as new in the night it hands over nothing again, and withdraws what is done', () => {
  const c = withMinutesOwed();
  c.liveTo(moment(`${DAY}T07:41`));
  const handed = c.handed.length;
  c.renew(moment(`${DAY}T07:42`));
  assert.equal(c.handed.length, handed);
  c.record(`${DAY}T07:50`, minutes('core-group-1', DAY));
  c.renew(moment(`${DAY}T07:51`));
  assert.ok(!c.about(OWED).some((line) => line.startsWith(CHASED)));
});

test('what a release carried that did not plan ahead goes on, and plans from there', () => {
  const c = withMinutesOwed();
  c.liveTo(moment(`${DAY}T04:00`));
  c.renew(moment(`${DAY}T04:00`));
  assert.ok(!('ahead' in c.book.carried().told), 'the morning before counts as told');
  c.renew(moment(`${DAY}T04:01`));
  c.liveTo(moment(`${DAY}T08:01`));
  assert.ok(c.about(OWED).some((line) => line.startsWith(CHASED)));
});

test('while the record did not answer over eight o’clock, what was recorded before it still counts', () => {
  const c = withMinutesOwed();
  c.liveTo(moment(`${DAY}T07:41`));
  // The loop waits for the record: the event is taken up, nothing is handed over.
  c.book.record(
    [recorded(`${DAY}T07:50`, other('meeting-cancelled', { meeting: 'core-group-2' }), 'late')],
    'outside',
    moment(`${DAY}T07:50`),
  );
  const { notices } = c.book.handOver(moment(`${DAY}T08:10`));
  assert.ok(
    notices.some(({ at }) => at === CHASED),
    'what became due at eight is told, late',
  );
});

test('a rehearsal plans nothing: each step is taken at its own moment', () => {
  const c = new Living({ ...begun, rehearsal: true }, moment('2027-01-01'));
  c.record('2027-01-04', strategy('2027-01-04'));
  c.liveTo(moment('2027-03-01'));
  assert.ok(c.wakes.length > 0);
  assert.ok(c.stands.every(({ at }) => c.handed.some((one) => one.at === at)));
});

test('more than goes at once is not planned ahead, and taken at eight', () => {
  const people = Array.from({ length: 220 }, (_, i) => ({
    id: `p${i}`,
    name: `P ${i}`,
    role: 'health',
    email: `p${i}@nhs.test`,
  }));
  const c = new Living({ ...begun, file: { ...FILE, people: [...FILE.people, ...people] } }, moment('2027-01-01'));
  c.record('2027-01-04', strategy('2027-01-04'));
  c.record(
    '2027-01-08',
    conference('2027-01-08', {
      members: people.slice(0, 100).map(({ id }) => id),
      firstCoreGroup: place('2027-01-21'),
    }),
  );
  for (const [i, { id }] of people.slice(100).entries()) c.record('2027-01-11', joined(id), `j-${i}`);
  c.liveTo(moment('2027-01-21'));
  const reminded = c.stands.filter(({ rung }) => rung === '1-before');
  assert.ok(reminded.length >= 200);
  const [{ at }] = reminded as [Notice];
  assert.ok(
    c.handed
      .filter(({ told }) => told.some((key) => reminded.some((one) => one.key === key)))
      .every((one) => one.at === at),
  );
});

test('what staff are asked on a morning waits for the round; what goes at once, into a calendar or to the family does not', () => {
  const c = withMinutesOwed();
  c.liveTo(moment('2027-03-01'));
  const kinds = (round: boolean) =>
    new Set(c.stands.filter((one) => (one.round === true) === round).map(({ kind, rung }) => `${kind} ${rung}`));
  assert.ok(kinds(true).has('escalation 5-after') && kinds(true).has('information line-manager'));
  assert.ok(kinds(false).has('invitation invitation'));
  for (const { round, at, to, rung } of c.stands) {
    const isMorning = at.endsWith('T08:00:00Z');
    assert.equal(round === true, isMorning && to.id !== 'dad' && rung !== 'at-once', `${at} ${rung} ${to.id}`);
  }
});

test('a rehearsal has no rounds, nor has an authority that wants every notice single', () => {
  for (const change of [{ rehearsal: true }, { policy: { ...BARNSLEY, rounds: false } }]) {
    const c = new Living({ ...begun, ...change }, moment('2027-01-01'));
    c.record('2027-01-04', strategy('2027-01-04'));
    c.liveTo(moment('2027-03-01'));
    assert.ok(c.stands.length > 5 && c.stands.every(({ round }) => round === undefined));
  }
});

/** Times of the day of which half are in the night; none is 08:00 itself, at which the player lets what is recorded come first. */
const HOURS = ['00:05', '04:59', '05:10', '06:20', '07:10', '07:45', '07:59', '08:01', '10:00', '16:30', '23:59'];

test('in random lives what stands at each 08:00 is what the player tells then, whatever is recorded in the night', () => {
  const pick = fc.array(fc.nat(HOURS.length - 1), { minLength: 11, maxLength: 11 });
  const any = fc.oneof(lives, upsetLives(), putRightLives);
  fc.assert(
    fc.property(
      any,
      pick,
      fc.nat(9_999),
      fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
      (life, hours, ref, renews) => {
        const file = { ...life.file, ref: `N-${ref}` };
        const calendar = life.calendar instanceof Calendar ? life.calendar.data : life.calendar;
        const events = life.events
          .map(
            (one, i): PlayedEvent => ({
              ...one,
              at: i === 0 ? one.at : localDateTime(`${dateOf(one.at)}T${HOURS[hours[i % 11]!]}`),
            }),
          )
          .filter(({ event }) => isFit(event, calendar))
          .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
        const played = play({ ...life, file, events });
        const c = new Living({ file, policy: life.policy, calendar, rehearsal: false }, fromLondon(events[0]!.at));
        for (const [i, { id, at, event }] of events.entries()) {
          const now = fromLondon(at);
          c.liveTo(now);
          if (c.book.opened && c.book.isClosed(now)) break;
          try {
            // What is recorded in one moment is told of in one go.
            c.take(now, [{ id, recordedAt: now, event }], events[i + 1]?.at !== at);
          } catch (error) {
            if ((error as Error).name !== 'ApplicationFailure') throw error;
          }
          if (renews[i % 7] && events[i + 1]?.at !== at) c.renew(now);
        }
        c.liveTo(life.until);
        const line = ({ key, at, also = [] }: Pick<Notice, 'key' | 'at' | 'also'>) =>
          [at, key, ...also.map((one) => one.key)].join(' ');
        const stood = c.stands
          .filter(({ at }) => at <= life.until)
          .map(line)
          .sort();
        assert.deepEqual(stood, played.steps.map(line).sort());
        for (const escalation of c.stands)
          for (const day of escalation.owes?.askedOn ?? [])
            assert.ok(wasAsked(c.stands, escalation, day), `${escalation.key} on ${escalation.at}: asked on ${day}`);
      },
    ),
    { seed: SEED, numRuns: Number(process.env.RUNS ?? 25) },
  );
});

/** What an escalation says was tried had gone out: a notice of the same duty, by itself or with others, on that day before it. */
const wasAsked = (stands: readonly Notice[], { duty, at }: Notice, day: string): boolean =>
  stands.some(
    (one) =>
      one.at < at && londonDay(one.at) === day && (one.duty === duty || one.also?.some((other) => other.duty === duty)),
  );

/** A policy or calendar that no real case may go by is refused by the book alone. */
function isFit(event: unknown, calendar: typeof CALENDAR): boolean {
  const said = event as {
    readonly type?: string;
    readonly policy?: typeof BARNSLEY;
    readonly calendar?: typeof CALENDAR;
  };
  if (said.type === 'policy-changed')
    return said.policy !== undefined && unfitForRealCases(said.policy, calendar) === undefined;
  if (said.type === 'calendar-changed')
    return said.calendar !== undefined && unfitForRealCases(BARNSLEY, said.calendar) === undefined;
  return true;
}
