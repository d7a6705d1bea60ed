// The client over HTTP: for services that reach the app and not Temporal. The same methods, answers and errors as over Temporal.

import type { Recorded } from '../../domain/case/events.ts';
import type { GivenFile } from '../../domain/case/model.ts';
import type { Paper, PaperName } from '../../domain/documents/paper.ts';
import type { HistoryAnswer, KnownPerson, OwedAnswer, RecordAnswer, WouldRefuse } from '../../workflows/api-types.ts';
import type { Correction, Withdrawal } from '../corrections-sent.ts';
import { newEventId } from '../event-id.ts';
import { type FamilyAnswer, type FamilyOptions, recordForFamily } from '../for-family.ts';
import { type CaseFilter, type CaseKey, type CaseSummary, mostUrgent } from '../listed.ts';
import { checkForm, type NewEvent } from '../new-event.ts';
import type { NodriftClient } from '../nodrift-client.ts';
import { correctIn, withdrawIn } from '../send-corrections.ts';
import { type ApiAddress, call } from './call.ts';

/** A case as a page of the API has it: what there is none of is null. */
type Listed = { readonly [Field in keyof CaseSummary]: Exclude<CaseSummary[Field], undefined> | null };

/** So many cases are asked for at once. */
const A_PAGE = 200;

export class HttpNodrift implements NodriftClient {
  readonly #api: ApiAddress;

  /** @param api the app's address and a key or token with the scopes that are needed */
  constructor(api: ApiAddress) {
    this.#api = api;
  }

  async open(file: GivenFile, events: readonly NewEvent[]): Promise<RecordAnswer> {
    const { recorded, warnings, asks } = (await this.#post('/cases', { file, events: sent(events) })) as RecordAnswer;
    return { recorded, warnings, asks };
  }

  async record(key: CaseKey, events: readonly NewEvent[]): Promise<RecordAnswer> {
    return (await this.#post(`${pathOf(key)}/events`, { events: sent(events) })) as RecordAnswer;
  }

  correct(key: CaseKey, corrections: readonly Correction[]): Promise<RecordAnswer> {
    return correctIn(this, key, corrections);
  }

  withdraw(key: CaseKey, withdrawals: readonly Withdrawal[]): Promise<RecordAnswer> {
    return withdrawIn(this, key, withdrawals);
  }

  recordForFamily(
    family: string,
    events: readonly NewEvent[],
    options: FamilyOptions = {},
  ): Promise<readonly FamilyAnswer[]> {
    return recordForFamily(
      {
        list: (filter) => this.list(filter),
        owed: (key) => this.owed(key),
        people: (key) => this.people(key),
        refusal: (key, recorded) => this.#refusal(key, recorded),
        record: (key, recorded) => this.record(key, recorded),
      },
      family,
      events,
      options,
    );
  }

  async owed(key: CaseKey, at?: string): Promise<OwedAnswer> {
    return (await this.#get(`${pathOf(key)}/owed${queryOf({ at })}`)) as OwedAnswer;
  }

  async history(key: CaseKey): Promise<HistoryAnswer> {
    return (await this.#get(`${pathOf(key)}/history`)) as HistoryAnswer;
  }

  async people(key: CaseKey): Promise<readonly KnownPerson[]> {
    const { people } = (await this.#get(`${pathOf(key)}/people`)) as { people: readonly KnownPerson[] };
    return people;
  }

  async paper(key: CaseKey, name: PaperName, meeting: string): Promise<Paper> {
    return (await this.#get(`${pathOf(key)}/papers/${encodeURIComponent(name)}${queryOf({ meeting })}`)) as Paper;
  }

  async list(filter: CaseFilter = {}): Promise<readonly CaseSummary[]> {
    const found: CaseSummary[] = [];
    let cursor: string | undefined;
    do {
      const page = (await this.#get(`/cases${queryOf({ ...filter, limit: A_PAGE, cursor })}`)) as {
        readonly cases: readonly Listed[];
        readonly next?: string | null;
      };
      found.push(...page.cases.map(summaryOf));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return found.sort(mostUrgent);
  }

  async close(): Promise<void> {}

  /** Why the case would refuse these events; null where it would not. Nothing is recorded. */
  async #refusal(key: CaseKey, events: readonly Recorded[]): Promise<WouldRefuse | null> {
    const { refusal } = (await this.#post(`${pathOf(key)}/refusal`, { events })) as { refusal: WouldRefuse | null };
    return refusal;
  }

  #get(path: string): Promise<unknown> {
    return call(this.#api, 'GET', path);
  }
  #post(path: string, body: unknown): Promise<unknown> {
    return call(this.#api, 'POST', path, body);
  }
}

const summaryOf = ({ authority, team, nextLimit, ...one }: Listed): CaseSummary => ({
  ...(one as Pick<CaseSummary, 'id' | 'kind' | 'ref' | 'late'>),
  authority: authority ?? undefined,
  team: team ?? undefined,
  nextLimit: nextLimit ?? undefined,
});

const pathOf = ({ kind, ref }: CaseKey): string => `/cases/${encodeURIComponent(kind)}/${encodeURIComponent(ref)}`;

function queryOf(asked: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? '' : `?${query}`;
}

/** With an id each, made before the first try: what is sent again is the same. Whether it is an event is the server's to say. */
function sent(events: readonly NewEvent[]): readonly NewEvent[] {
  return events.map(({ id, recordedAt, event }) => {
    checkForm(event);
    return { id: id ?? newEventId(), recordedAt, event };
  });
}
