// What became of one attempt at one mail, as the outbox keeps it.

export type Sent = {
  readonly outcome: 'accepted';
  readonly replyHash: string;
  readonly serverMessageId: string | null;
};
export type SendResult = Sent | Failure;

/** Not sent, or not known to be sent. */
export type Failure = Refused | Deferred;

/** A dead address, and nothing else: never tried again, told to the case. */
interface Refused {
  readonly outcome: 'refused';
  readonly code: string;
}

export interface Deferred {
  readonly outcome: 'deferred';
  /**
   * `system`: the relay or the way to it, try again. `configuration`: ours to repair, try slowly, page the operator. `recipient`: this person's mailbox, for
   * now. `content`: the relay objects to the mail itself, try hourly, page the operator.
   */
  readonly class: 'system' | 'configuration' | 'recipient' | 'content';
  /** `4.7.1`, `ETIMEDOUT`, …; never text of the relay, which may hold addresses. */
  readonly code: string;
  /** The whole mail went out and the answer was lost: it may have been taken. Sent again with the same ids. */
  readonly afterDot: boolean;
  /** A 5xx for this person that is no proof of a dead address; the ledger believes it when it goes on for a day while others are reached. */
  readonly lasting?: boolean;
  /** The relay answered for nobody: there is no use in trying other mails now. */
  readonly relayDown?: boolean;
}
