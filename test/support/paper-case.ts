// A case that stands on the book alone, asked and told as the client does: the rules are the real ones, the server is left out. For tests of pages.

import { ApplicationFailure } from '@temporalio/common';
import { BadInput, Unavailable } from '../../client/errors.ts';
import type { NewEvent } from '../../client/new-event.ts';
import { refusedOpening } from '../../client/translated.ts';
import type { CaseFile, MeetingId } from '../../domain/case/model.ts';
import type { Notice } from '../../domain/notices/notice.ts';
import { fromEpochMs, type Instant } from '../../domain/time/calendar.ts';
import { loadCalendar, shippedPolicy } from '../../policies/load.ts';
import type { CaseRow } from '../../record/read.ts';
import type { Cases, Setting } from '../../web/setting.ts';
import { Book } from '../../workflows/book.ts';
import { conference, coreGroup, discussion, event, family } from './family.ts';

export class PaperCase {
  readonly file: CaseFile;
  readonly book: Book;
  now: Instant;
  siblings: Setting['siblings'] = [];
  /** Whether the authority asks for codes. */
  codes = true;
  /** Whether it wants mails of what was recorded by links. */
  receipts = false;
  /** While true nobody answers. */
  isDown = false;

  constructor(file: CaseFile = family('BC-2041'), at = '2028-01-11T10:00:00Z') {
    this.file = file;
    this.now = at as Instant;
    const [policy, calendar] = [shippedPolicy('barnsley'), loadCalendar()];
    this.book = new Book({ file, policy, calendar, rehearsal: false }, this.now);
  }

  /** Events as they come in, each at its own moment; the clock goes on to the last of them. */
  recordAll(events: readonly NewEvent[]): this {
    for (const { id, recordedAt, event } of events) {
      if (recordedAt) this.now = recordedAt as Instant;
      this.tell();
      this.book.record([{ id, recordedAt: this.now, event }], 'outside', this.now);
    }
    return this;
  }

  /** What is due by now. */
  tell(): readonly Notice[] {
    const all: Notice[] = [];
    for (let due = this.book.takeDue(this.now); due.length > 0; due = this.book.takeDue(this.now)) all.push(...due);
    return all;
  }

  get clock(): Date {
    return new Date(this.now);
  }

  async setting(): Promise<Setting> {
    const { policy: shipped, calendar } = this.book.began;
    const policy = { ...shipped, links: { codes: this.codes, receipts: this.receipts } };
    const words = (all: Readonly<Record<string, { readonly label: string }>>) =>
      Object.fromEntries(Object.entries(all).map(([key, { label }]) => [key, label]));
    const roles = Object.keys(policy.roles).filter((role) => policy.roles[role]?.family);
    const labels = { meetings: words(policy.meetings), roles: words(policy.roles), family: roles };
    return { authority: this.file.authority, labels, policy, calendar, siblings: this.siblings };
  }

  /** As the record has it. */
  row(): CaseRow {
    const { kind, ref, authority, team = null, family = null } = this.file;
    const { events } = this.book.history();
    return {
      ...{ id: `${kind}/${ref}`, kind, ref, authority, team, family, rehearsal: false },
      ...{ status: 'open', policy: 'barnsley 1', events: events.length, revision: 1, nextStep: null },
    };
  }

  readonly cases: Cases = {
    owed: async () => this.#answering(() => this.book.owed(this.now)),
    people: async () => this.#answering(() => this.book.people(this.now)),
    history: async () => this.#answering(() => this.book.history()),
    paper: async (_key, name, meeting) =>
      this.#answering(() => {
        const paper = this.book.paper(name, meeting as MeetingId, this.now);
        if ('fault' in paper) throw new BadInput(paper.fault);
        return paper;
      }),
    refusal: async (_key, events) =>
      this.#answering(() => {
        const sent = events.map(({ id, event }) => ({ id, recordedAt: this.now, event }));
        return this.book.refusalOf(JSON.parse(JSON.stringify(sent)), this.now);
      }),
    record: async (_key, events) =>
      this.#answering(() => {
        const sent = events.map(({ id, event }) => ({ id, recordedAt: this.now, event }));
        return this.book.record(JSON.parse(JSON.stringify(sent)), 'outside', this.now);
      }),
  };

  #answering<T>(answer: () => T): T {
    if (this.isDown) throw new Unavailable('no answer');
    try {
      return answer();
    } catch (error) {
      throw (error instanceof ApplicationFailure ? refusedOpening(error) : undefined) ?? error;
    }
  }

  /** Goes on by hours. */
  later(hours: number): void {
    this.now = fromEpochMs(Date.parse(this.now) + hours * 3_600_000);
  }
}

/** A plan whose first core group was held on Tuesday 8 February 2028; Nina owes its minutes. */
export const afterCoreGroup = (): PaperCase => new PaperCase().recordAll([discussion(), conference(), coreGroup()]);

/** A child in need plan that was proposed on Thursday 20 January 2028; Tom, the manager, is to approve it. */
export const inNeed = (): PaperCase =>
  new PaperCase(family('CN-7', { kind: 'child-in-need' }), '2028-01-04T10:00:00Z').recordAll([
    event('referral', '2028-01-04', 'referral-received', { on: '2028-01-04' }),
    event('assessed', '2028-01-18', 'assessment-completed', { on: '2028-01-18', outcome: 'services are needed' }),
    event('consent', '2028-01-19', 'consent-given', { on: '2028-01-19' }),
    event('proposed', '2028-01-20', 'plan-proposed', {
      members: ['nina', 'mum'],
      everyDays: 42,
      discussedWith: ['mum'],
      on: '2028-01-20',
    }),
  ]);
