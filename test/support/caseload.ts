// A caseload to bring in, as sheets; and what opens its cases without a server, on the real book and record.

import { MockActivityEnvironment } from '@temporalio/testing';
import { createImportActivities } from '../../activities/import-in-batches.ts';
import { CaseExists } from '../../client/errors.ts';
import type { Nodrift } from '../../client/nodrift.ts';
import type { CaseFile } from '../../domain/case/model.ts';
import { fromEpochMs } from '../../domain/time/calendar.ts';
import { inForce } from '../../record/in-force.ts';
import type { OpenRecord } from '../../record/open.ts';
import { keep } from '../../record/write.ts';
import { Book } from '../../workflows/book.ts';

/** A day, so many days before today. */
const before = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
export const AS_OF = before(1);

/** Child protection plans in mid-life, each with a core group that was held, one that is booked, and four people. */
export function caseload(refs: readonly string[]): { readonly cases: string; readonly people: string } {
  const cases = [
    'ref,kind,authority,as_of,conference,plan_agreed,meeting_number,meeting_on,meeting_minutes,next_meeting,next_meeting_venue',
    ...refs.map((ref) =>
      [
        ...[ref, 'child-protection', 'barnsley', AS_OF, before(120), before(100)],
        ...['4', before(10), 'passed-on', `${before(-14)} 10:00`, 'Hall'],
      ].join(),
    ),
  ];
  const people = [
    'ref,person,name,role,member,email,manager',
    ...refs.flatMap((ref, i) => [
      `${ref},sw,Amira Canary,social-worker,,amira${i % 50}@council.test,tm`,
      `${ref},tm,Tom Canary,team-manager,,tom@council.test,`,
      `${ref},hv,Nina Canary,health,yes,nina${i % 50}@nhs.test,`,
      `${ref},mum,Parent Canary,parent,yes,,`,
    ]),
  ];
  return { cases: cases.join('\n'), people: people.join('\n') };
}

export const refsOf = (count: number, prefix = 'CP'): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i + 1}`);

/** As two parts of one body. */
export function upload(sheets: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, text] of Object.entries(sheets)) form.append(name, new Blob([text]));
  return form;
}

/** Opens cases as their workflows do, one after the other, and hands them to the record. */
export function opensOnPaper(record: OpenRecord): Pick<Nodrift, 'open'> {
  const books = new Map<string, Book>();
  return {
    async open(given, events) {
      // On paper nothing knows a staff directory.
      const file = given as CaseFile;
      const now = fromEpochMs(Date.now());
      const known = books.get(file.ref);
      try {
        if (known) return known.openedWith({ file, events: events as never });
      } catch (error) {
        throw new CaseExists((error as Error).message);
      }
      const book = new Book({ file, ...(await inForce(record, file.authority)) }, now);
      const answer = book.record(events, 'outside', now);
      await keep(record, book.entry(now));
      books.set(file.ref, book);
      return answer;
    },
  };
}

/** Does all that the workflow of an import would have done. */
export async function settleImport(record: OpenRecord, nodrift: Pick<Nodrift, 'open'>, id: string): Promise<void> {
  const { importBatch, finishImport } = createImportActivities({ record, nodrift });
  const run = async <T>(act: (id: string) => Promise<T>) => (await new MockActivityEnvironment().run(act, id)) as T;
  while ((await run(importBatch)).left);
  await run(finishImport);
}
