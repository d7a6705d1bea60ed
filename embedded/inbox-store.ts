// The inbox's mails on disk and in memory: `<id>.eml` is what arrived, byte for byte, `<id>.json` its envelope. Imported by inbox.ts only.
import { type FileHandle, mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime, { type Address, decodeWords } from 'postal-mime';
import { type CalendarPart, readCalendar } from './inbox-calendar.ts';

interface Envelope {
  from: string;
  to: string[];
}

export interface InboxMessage {
  /** Sorts by arrival. */
  id: string;
  receivedAt: string;
  /** The sender and recipients as given by SMTP; the headers may say otherwise. */
  envelope: Envelope;
  /** Addresses in the headers, without names; `headers.from` and `headers.to` have the names. */
  from: string;
  to: string[];
  subject: string;
  date?: string;
  /** X-Nodrift-Date: the time in the case that sent it. */
  virtualDate?: string;
  messageId?: string;
  /** Decoded values by lower-case name. A header that occurs twice has both values, one a line. */
  headers: Record<string, string>;
  text?: string;
  html?: string;
  calendar?: CalendarPart;
  attachments: { filename: string; type: string; size: number }[];
}

export class InboxStore {
  readonly #dir: string;
  readonly #messages = new Map<string, InboxMessage>();
  #count = 0;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** Opens the folder, makes it where it is missing, and reads the mails in it. */
  static async open(dir: string): Promise<InboxStore> {
    const store = new InboxStore(dir);
    await mkdir(dir, { recursive: true });
    // The .eml is written last. A mail without it never arrived.
    const ids = (await readdir(dir)).filter((name) => name.endsWith('.eml')).map((name) => name.slice(0, -4));
    for (const id of ids.sort()) await store.#load(id);
    return store;
  }

  /** In the order of arrival. */
  all(): InboxMessage[] {
    return [...this.#messages.values()];
  }

  get(id: string): InboxMessage | undefined {
    return this.#messages.get(id);
  }

  /** The mail as it came. */
  raw(id: string): Promise<Buffer> {
    return readFile(this.#file(id, 'eml'));
  }

  /** Keeps a mail. When this resolves, the mail is safe on the disk: only then may the sender get its 250. */
  async keep(raw: Buffer, envelope: Envelope): Promise<InboxMessage> {
    const receivedAt = new Date().toISOString();
    // The time orders mails across restarts, the count within a millisecond.
    const id = `${receivedAt.replace(/[-:.TZ]/g, '')}-${String(++this.#count).padStart(6, '0')}`;
    await this.#write(this.#file(id, 'json'), JSON.stringify({ receivedAt, envelope }));
    await this.#write(this.#file(id, 'eml'), raw);
    // A power cut may lose a new file's name until its folder is synced too. Windows does that by itself, and opens no folders.
    if (process.platform !== 'win32') await using(await open(this.#dir), (folder) => folder.sync());
    return this.#load(id, raw);
  }

  async #write(file: string, content: string | Buffer): Promise<void> {
    await using(await open(`${file}.part`, 'wx'), async (handle) => {
      await handle.writeFile(content);
      await handle.sync();
    });
    await rename(`${file}.part`, file);
  }

  async #load(id: string, raw?: Buffer): Promise<InboxMessage> {
    const { receivedAt, envelope } = JSON.parse(await readFile(this.#file(id, 'json'), 'utf8'));
    const message: InboxMessage = { id, receivedAt, envelope, ...(await parse(raw ?? (await this.raw(id)))) };
    this.#messages.set(id, message);
    return message;
  }

  #file(id: string, kind: 'eml' | 'json'): string {
    return join(this.#dir, `${id}.${kind}`);
  }
}

async function using(handle: FileHandle, use: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
}

/** A mail that cannot be parsed was sent and accepted all the same. So it is listed, with the error in place of its text. */
async function parse(raw: Buffer): Promise<Omit<InboxMessage, 'id' | 'receivedAt' | 'envelope'>> {
  const mail = await PostalMime.parse(raw).catch((error: Error) => error);
  if (mail instanceof Error)
    return { from: '', to: [], subject: '(cannot be read)', headers: {}, text: `${mail.message}`, attachments: [] };
  const headers: Record<string, string> = {};
  for (const { key, value } of mail.headers) {
    const decoded = decodeWords(value);
    headers[key] = key in headers ? `${headers[key]}\n${decoded}` : decoded;
  }
  const calendar = mail.attachments.find((part) => part.mimeType === 'text/calendar');
  const virtualDate = headers['x-nodrift-date'];
  return {
    from: mail.from ? (addresses([mail.from])[0] ?? '') : '',
    to: addresses(mail.to ?? []),
    subject: mail.subject ?? '(no subject)',
    ...(mail.date && { date: mail.date }),
    ...(virtualDate && { virtualDate }),
    ...(mail.messageId && { messageId: mail.messageId }),
    headers,
    ...(mail.text !== undefined && { text: mail.text }),
    ...(mail.html !== undefined && { html: mail.html }),
    ...(calendar && { calendar: readCalendar(asText(calendar.content)) }),
    attachments: mail.attachments
      .filter((other) => other !== calendar)
      .map(({ filename, mimeType, content }) => ({
        filename: filename ?? '(no name)',
        type: mimeType,
        size: typeof content === 'string' ? content.length : content.byteLength,
      })),
  };
}

const addresses = (list: Address[]): string[] =>
  list.flatMap((one) => (one.group ? one.group.map((member) => member.address) : [one.address]));

const asText = (content: string | ArrayBuffer | Uint8Array) =>
  typeof content === 'string' ? content : new TextDecoder().decode(content);
