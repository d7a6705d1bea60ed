// What each alert means and what an operator does about it, for the mail to operators. docs/operations.md says more about each.

import type { AlertKind } from '../record/alerts.ts';

interface AlertWords {
  /** Stands after a case's id and a colon. */
  readonly says: string;
  readonly todo: string;
}

const RESTORE = 'bring each back from the record: nodrift restore <case>, or nodrift restore --all';

export const ALERT_WORDS: Readonly<Record<AlertKind, AlertWords>> = {
  'step-overdue': {
    says: 'its next step is more than an hour past',
    todo: 'see that a worker of its version runs and is healthy: docker compose ps',
  },
  'workflow-task-failing': {
    says: 'its code throws, and it waits until that is mended',
    todo: 'see the failed task in Temporal UI; nothing is lost; roll out the mended version',
  },
  'no-worker': {
    says: 'a task of it has waited ten minutes for a worker',
    todo: 'start a worker of the version Temporal UI shows for it (NODRIFT_PREVIOUS), then roll out again',
  },
  'no-answer': {
    says: 'it does not answer a question',
    todo: 'see that a worker of its version runs, and its last events in Temporal UI',
  },
  'other-case-waits': {
    says: 'what it asks of another case is tried again and again',
    todo: 'see the pending activity in Temporal UI, and the other case',
  },
  'record-behind': {
    says: 'the record does not take what it hands over',
    todo: 'see that the database answers and has space; what was acknowledged is kept in Temporal until it does',
  },
  'record-ahead': {
    says: 'it lacks events that were acknowledged and are in the record',
    todo: RESTORE,
  },
  'not-running': {
    says: 'it is open in the record and does not run',
    todo: RESTORE,
  },
  'not-in-record': {
    says: 'it runs, and the record has never heard of it',
    todo: 'see that the database answers; where it was restored from an older backup, see Backups in docs/operations.md',
  },
  'never-began': {
    says: 'it ended before it began, and nothing was acknowledged',
    todo: 'see why in Temporal UI, tell whoever opened it, and have it opened again: its reference is free',
  },
  'in-future': {
    says: 'it holds events recorded at a time to come, and its steps wait for that time',
    todo: 'correct the clock of whatever recorded them; then ask for help with these cases',
  },
  'mails-capped': {
    says: 'people had so many mails within the hour that more are held back',
    todo: 'see in the ledger which cases write so much; what is held back goes as soon as the hour allows (NODRIFT_MAILS_AN_HOUR)',
  },
  'no-round': {
    says: 'it is past nine, and this morning’s round has not been; what waits for it goes late, in sweeps',
    todo: 'send it by hand: nodrift round; then see in Temporal UI what became of the schedule nodrift-round and its workflow',
  },
  'mails-wait': {
    says: 'mails wait that should have gone',
    todo: 'see that the relay is up and its password right: the code in the worker’s log is in docs/mail.md',
  },
  'webhook-silent': {
    says: 'another system has taken no webhook for an hour, or was paused after three days of that',
    todo: 'see why: nodrift webhooks list; have its endpoint put right, then nodrift webhooks resume <id>: what it missed is kept five weeks',
  },
  'webhook-not-taken': {
    says: 'another system takes webhooks, and has not taken some of them for an hour',
    todo: 'ask the people of that system what its log says; send again: nodrift webhooks replay <id> --from <cursor>',
  },
  'erasures-ahead': {
    says: 'closed cases will be erased in a month, as the authority’s schedule says',
    todo: 'nothing, where that is right; else nodrift hold <case>, or nodrift retention set with more years',
  },
  'watchdog-late': {
    says: 'nobody has looked after the cases for half an hour',
    todo: 'see the worker’s log for “the watchdog could not look”, and whether Temporal answers',
  },
  'cancel-asked': {
    says: 'somebody asked to cancel it in Temporal; it goes on',
    todo: 'ask who wanted what: a plan ends by what is recorded, never by cancelling',
  },
  'many-notices': {
    says: 'one moment had more notices than are handed over at once',
    todo: 'see what was recorded just before, and whether its dates are right',
  },
  'state-large': {
    says: 'it nears the size at which it refuses events',
    todo: 'see who records so much in it; an ending is always taken',
  },
  'not-acknowledged': {
    says: 'another case refused what it reported, or it refused the answer',
    todo: 'see both cases: nodrift show <case>',
  },
  'no-manager': {
    says: 'another case opened it, and it has no manager who can be written to',
    todo: 'have the social worker’s manager, with an e-mail address, recorded with person-updated',
  },
  'reference-taken': {
    says: 'it was opened by another case, under a reference that was used before',
    todo: 'have the case opened under a new reference by the people who work with it',
  },
};
