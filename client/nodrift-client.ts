// What a service does with cases, whichever way it reaches them: over Temporal (nodrift.ts) or over HTTP (http/http-nodrift.ts).

import type { GivenFile } from '../domain/case/model.ts';
import type { Paper, PaperName } from '../domain/documents/paper.ts';
import type { HistoryAnswer, KnownPerson, OwedAnswer, RecordAnswer } from '../workflows/api-types.ts';
import type { Correction, Withdrawal } from './corrections-sent.ts';
import type { FamilyAnswer, FamilyOptions } from './for-family.ts';
import type { CaseFilter, CaseKey, CaseSummary } from './listed.ts';
import type { NewEvent } from './new-event.ts';

/**
 * Every method may throw Unavailable: nobody answers, and the same call may be made again. Events keep the ids they are given, so what is sent
 * twice is recorded once; give them ids of your own to be safe across a restart of your own program. Over HTTP each may throw NotAllowed as well.
 */
export interface NodriftClient {
  /**
   * Opens a case with what happened so far; the first event is the one a case of its kind begins with. It goes by the policy and calendar in force
   * for its authority. Opening it again with the same file, event ids and events gives the same answer.
   * @throws Refused with its rule, InvalidEvent; CaseExists when the reference means something else, or was used before
   */
  open(file: GivenFile, events: readonly NewEvent[]): Promise<RecordAnswer>;
  /** Records one or more events, all or none. @throws Refused with its rule, InvalidEvent, IdTaken, CaseNotFound */
  record(key: CaseKey, events: readonly NewEvent[]): Promise<RecordAnswer>;
  /**
   * Corrects one or more events, all or none (L1): each keeps what is not said to change. The case is asked for its history first.
   * @throws BadInput when there is no such event; as `record`
   */
  correct(key: CaseKey, corrections: readonly Correction[]): Promise<RecordAnswer>;
  /** Withdraws one or more events that never happened, all or none (L1). @throws as `correct` */
  withdraw(key: CaseKey, withdrawals: readonly Withdrawal[]): Promise<RecordAnswer>;
  /**
   * Records what happened at one meeting of several children in every running case of a family that has it, all or none (L27).
   * @throws BadInput, CaseNotFound, Refused naming each case that will not have it
   */
  recordForFamily(
    family: string,
    events: readonly NewEvent[],
    options?: FamilyOptions,
  ): Promise<readonly FamilyAnswer[]>;
  /**
   * What is owed now, or at a later moment (`2027-03-29T13:05:00Z`, or with an offset), by whom, by when, and what the case does next.
   * @throws BadInput when that is no moment, CaseNotFound
   */
  owed(key: CaseKey, at?: string): Promise<OwedAnswer>;
  /** Everything that happened, with what was done when. @throws CaseNotFound */
  history(key: CaseKey): Promise<HistoryAnswer>;
  /** Everybody the case knows, its social worker first, with their addresses: for those who may see the case. @throws CaseNotFound */
  people(key: CaseKey): Promise<readonly KnownPerson[]>;
  /**
   * A paper for a meeting, made now and kept nowhere: its agenda, the Core Group Working Record, the cover of a review's papers (R57, R104).
   * @throws BadInput when there is no such meeting or paper, CaseNotFound
   */
  paper(key: CaseKey, name: PaperName, meeting: string): Promise<Paper>;
  /** Running cases: those with something late come first, then by the next limit. Rehearsals are left out. */
  list(filter?: CaseFilter): Promise<readonly CaseSummary[]>;
  /** Lets go of what is held open. Over HTTP nothing is. */
  close(): Promise<void>;
}
