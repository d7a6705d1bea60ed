// The result of one attempt to send a mail, as the outbox keeps it.

export type Sent = {
  readonly outcome: 'accepted';
  readonly replyHash: string;
  readonly serverMessageId: string | null;
};
export type SendResult = Sent | Failure;

/** The mail was not sent, or nobody knows whether it was. */
export type Failure = Refused | Deferred;

/** The address is dead, and nothing else is wrong. The mail is never tried again, and the case is told. */
interface Refused {
  readonly outcome: 'refused';
  readonly code: string;
}

export interface Deferred {
  readonly outcome: 'deferred';
  /**
   * `system`: the relay or the way to it failed; try again. `configuration`: an operator must repair our settings; try slowly. `recipient`: this person's
   * mailbox takes nothing just now. `content`: the relay objects to the mail itself; an operator must look; try hourly.
   */
  readonly class: 'system' | 'configuration' | 'recipient' | 'content';
  /** Such as `4.7.1` or `ETIMEDOUT`. Never the relay's text, which may hold addresses. */
  readonly code: string;
  /** The whole mail went out and the answer was lost, so the relay may have taken it. It is sent again with the same ids. */
  readonly afterDot: boolean;
  /** A 5xx for this person that does not prove a dead address. The ledger believes it after a day in which others were reached. */
  readonly lasting?: boolean;
  /** The relay answers nobody, so other mails need not be tried now. */
  readonly relayDown?: boolean;
}
