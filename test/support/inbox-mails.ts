// An inbox for a test file, and mails sent to it as a relay's client sends them.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { type Inbox, startInbox } from '../../embedded/inbox.ts';

type Options = Partial<Parameters<typeof startInbox>[0]>;

export interface Inboxes {
  /** Starts one, in a folder of its own unless one is given, and stops it after the file's tests. */
  open(more?: Options): Promise<Inbox>;
  folder(): Promise<string>;
}

/** Call it at the top of a test file. */
export function useInboxes(): Inboxes {
  const scratch = mkdtemp(join(tmpdir(), 'nodrift-inbox-'));
  const opened: Inbox[] = [];
  after(async () => {
    await Promise.all(opened.map((inbox) => inbox.close()));
    await rm(await scratch, { recursive: true, force: true });
  });
  const folder = async () => mkdtemp(join(await scratch, 'mails-'));
  return {
    folder,
    async open(more = {}) {
      const inbox = await startInbox({ dir: await folder(), smtpPort: 0, webPort: 0, ...more });
      opened.push(inbox);
      return inbox;
    },
  };
}

/** Sends a mail from the council to Ann, but for what it says otherwise. */
export async function send(inbox: Inbox, mail: SendMailOptions) {
  const transport = createTransport({ host: '127.0.0.1', port: inbox.smtpPort });
  try {
    return await transport.sendMail({
      from: 'plans@council.example',
      to: 'ann@council.example',
      text: 'Hello',
      ...mail,
    });
  } finally {
    transport.close();
  }
}

export const INVITATION = `BEGIN:VCALENDAR\r
METHOD:REQUEST\r
BEGIN:VEVENT\r
UID:1@nodrift\r
SEQUENCE:4\r
DTSTART;TZID=Europe/London:20250509T100000\r
DTEND;TZID=Europe/London:20250509T113000\r
SUMMARY:Core group 1\\, CP-2041\r
LOCATION:Family Hub\\; Room\r
  2\r
ATTENDEE;CN="Ford: Ann";ROLE=REQ-PARTICIPANT:MAILTO:ann@council.example\r
BEGIN:VALARM\r
DESCRIPTION:an alarm\r
END:VALARM\r
END:VEVENT\r
END:VCALENDAR\r
`;
