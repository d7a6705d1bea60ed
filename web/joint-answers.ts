// One meeting of several children of a family, answered on one page (L27): whoever is asked for it in each of their cases ticks for whom the answer
// holds. Each case has an event of its own, by its own gates, undone by itself; all or none.

import type { CaseKey } from '../client/listed.ts';
import { meetingName } from '../domain/case/meeting-id.ts';
import type { MeetingId } from '../domain/case/model.ts';
import { familyOf } from '../domain/duties/families.ts';
import { meetingWords } from '../domain/notices/words.ts';
import { sealLink } from '../mail/link-token.ts';
import type { HistoryAnswer, KnownPerson, MeetingNow, OwedAnswer } from '../workflows/api.ts';
import type { Field } from './forms.ts';
import { isAskedOf } from './in-words.ts';
import type { Page, SaidEvent } from './page.ts';
import { type Asking, isOfFamily, openLink, personOf, type Visit } from './visit.ts';

const MOST_SIBLINGS = 8;
const FIELD = 'also';

/** The page in the cases of the other children who have this meeting. A case that does not answer now is left out, and holds nobody up. */
export async function jointVisits(asking: Asking, visit: Visit, page: Page): Promise<readonly Visit[]> {
  const { siblings } = visit.setting;
  if (siblings.length === 0 || !visit.duty || isOfFamily(visit, visit.me) || !page.joint?.(visit)) return [];
  const all = siblings.slice(0, MOST_SIBLINGS).map((key) => visitIn(asking, visit, page, key).catch(() => undefined));
  return (await Promise.all(all)).filter((one) => one !== undefined);
}

async function visitIn(asking: Asking, visit: Visit, page: Page, key: CaseKey): Promise<Visit | undefined> {
  const { cases, keys } = asking;
  const [people, owed, history] = await Promise.all([cases.people(key), cases.owed(key), cases.history(key)]);
  const me = sameAs(visit.me, people);
  const meeting = sameMeeting(visit, owed, history);
  if (!me || !meeting) return undefined;
  const link = { ...visit.link, ...key, person: me.id, about: `${familyOf(visit.link.about)}/${meeting}` };
  const theirs = await openLink(asking, sealLink(keys, link, me.email), new Date(visit.now));
  if (theirs === 'gone' || !theirs.duty || page.closed(theirs) !== undefined) return undefined;
  return visit.duty && isAskedOf(theirs, theirs.duty) === isAskedOf(visit, visit.duty) ? theirs : undefined;
}

/** The meeting of another child that is this one: booked for the same time, held on the same day, or still to be booked like it. */
function sameMeeting(
  { meeting, meetingNow, link }: Visit,
  { duties }: OwedAnswer,
  { meetings = [] }: HistoryAnswer,
): MeetingId | undefined {
  if (meeting === undefined) return undefined;
  const { kind } = meetingName(meeting);
  const isSame = (other: MeetingNow | undefined) =>
    meetingNow?.held ? other?.held === meetingNow.held : !other?.held && other?.start === meetingNow?.start;
  const asked = duties.filter(
    (one) =>
      one.meeting !== null && meetingName(one.meeting).kind === kind && familyOf(one.duty) === familyOf(link.about),
  );
  const found = asked.find((one) => isSame(meetings.find((now) => now.meeting === one.meeting)));
  return found?.meeting ?? undefined;
}

/** The same person in another case, by their address; whoever has none by name and role. Undefined where it may be several. */
function sameAs({ email, name, role }: KnownPerson, others: readonly KnownPerson[]): KnownPerson | undefined {
  const plain = (text: string) => text.trim().toLowerCase();
  const found = others.filter((one) =>
    email ? one.email && plain(one.email) === plain(email) : !one.email && one.name === name && one.role === role,
  );
  return found.length === 1 ? found[0] : undefined;
}

/** For whom else the answer holds: nobody is ticked before. */
export const jointFields = ({ joint }: Visit): readonly Field[] =>
  joint.length === 0
    ? []
    : [
        {
          is: 'several',
          name: FIELD,
          label: 'Other children of the family who have the same meeting',
          hint: 'Tick those for whom your answer holds too. A scale is given for each child by itself',
          options: joint.map(({ caseId, link, meeting, setting: { labels } }) => ({
            value: caseId,
            text: `${link.ref}, ${meeting ? meetingWords(meeting, labels) : 'the same meeting'}`,
          })),
        },
      ];

/** The other children's cases that were ticked; and references of those that were and cannot be answered here now. */
export function ticked({ joint, setting: { siblings } }: Visit, values: URLSearchParams) {
  const chosen = new Set(values.getAll(FIELD));
  const left = siblings.filter(({ kind, ref }) => {
    const id = `${kind}/${ref}`;
    return chosen.has(id) && !joint.some(({ caseId }) => caseId === id);
  });
  return { also: joint.filter(({ caseId }) => chosen.has(caseId)), left: left.map(({ ref }) => ref) };
}

/** Who was named, and is not known in the case of another child. */
export class NotKnownThere extends Error {
  override readonly name = 'NotKnownThere';
  readonly ref: string;
  constructor(ref: string) {
    super(`somebody named is not known in ${ref}`);
    this.ref = ref;
  }
}

/** The same said of the meeting in another child's case, with its people there. What is of one child alone is left out. @throws NotKnownThere */
export function saidIn(theirs: Visit, visit: Visit, event: SaidEvent): SaidEvent {
  const meeting = theirs.meeting as MeetingId;
  const person = (id: string) => known(theirs, visit, id) ?? missing(theirs);
  const there = (ids: readonly string[]) => ids.flatMap((id) => known(theirs, visit, id) ?? []);
  switch (event.type) {
    case 'meeting-held': {
      const { scaling: _, ...shared } = event;
      return {
        ...shared,
        meeting,
        chair: person(event.chair),
        minuteTaker: person(event.minuteTaker),
        // A child or a parent of one case alone was there for that one.
        present: event.present.flatMap((one): typeof event.present =>
          typeof one === 'string' ? there([one]) : there([one.for]).map((id) => ({ for: id })),
        ),
      };
    }
    case 'minutes-distributed': {
      const to = event.to.flatMap((one) => there([one.person]).map((id) => ({ ...one, person: id })));
      return to.length > 0 ? { ...event, meeting, to } : missing(theirs);
    }
    default:
      return { ...event, meeting } as SaidEvent;
  }
}

function known(theirs: Visit, visit: Visit, id: string): string | undefined {
  const here = personOf(visit, id);
  return here && sameAs(here, theirs.people)?.id;
}

function missing({ link }: Visit): never {
  throw new NotKnownThere(link.ref);
}
