// What an installation says about its mails.

import type { CaseIdentity, Notice } from '../domain/notice.ts';
import type { Labels } from '../domain/wording.ts';

/** A page behind a mail. */
export interface Link {
  /** "Say that the minutes came": what the reader does there. */
  readonly label: string;
  readonly url: string;
}

export interface MailSettings {
  /** Who the mails are from; its domain is that of their Message-IDs. */
  readonly sender: { readonly name: string; readonly address: string };
  /** What an authority calls meetings and roles; defaults where absent. */
  readonly labels?: ((authority: string) => Labels | undefined) | undefined;
  /** Pages behind a mail, where there are any. */
  readonly links?: ((of: CaseIdentity, notice: Notice) => readonly Link[]) | undefined;
}

export const senderDomain = (settings: MailSettings): string =>
  settings.sender.address.slice(settings.sender.address.lastIndexOf('@') + 1);
