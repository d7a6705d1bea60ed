// The inbox's mails on disk and in memory: `<id>.eml` is what arrived, byte for byte, `<id>.json` its envelope, `read.txt` the ids of
// those that somebody has looked at. Imported by the inbox only.
import { appendFile, type FileHandle, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime, { type Address, type Attachment, decodeWords } from 'postal-mime';
import { type CalendarPart, readCalendar } from './inbox-calendar.ts';
import { UserError } from './user-error.ts';

interface Envelope {
  from: string;
  to: string[];
}

/** Somebody in a header. */
export interface Correspondent {
  name: string;
  address: string;
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
  /** The same people with their names, and those of the headers that mails seldom have. */
  correspondents: Record<'from' | 'to' | 'cc' | 'replyTo', Correspondent[]>;
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
  /** Of all that arrived, in bytes. */
  size: number;
}

/** How long mails are kept. They name people, and nobody clears up what was tried out. */
const KEPT_DAYS = 7;
const DAY_MS = 86_400_000;

/** NODRIFT_INBOX_DAYS. @throws UserError with one line for what is no number of days */
export function readInboxDays(given: string | undefined): number {
  if (!given) return KEPT_DAYS;
  const days = Number(given);
  if (Number.isInteger(days) && days >= 1 && days <= 365) return days;
  throw new UserError(
    `NODRIFT_INBOX_DAYS must be a whole number from 1 to 365, for how many days the inbox keeps mails, not "${given}".`,
  );
}

export class InboxStore {
  readonly #dir: string;
  readonly #most: number;
  readonly #days: number;
  readonly #messages = new Map<string, InboxMessage>();
  readonly #read = new Set<string>();
  readonly #watchers = new Set<() => void>();
  #count = 0;

  private constructor(dir: string, most: number, days: number) {
    this.#dir = dir;
    this.#most = most;
    this.#days = days;
  }

  /**
   * Opens the folder, makes it where it is missing, and reads the mails in it.
   * @param most how many mails are kept: a new one beyond that takes the place of the oldest
   * @param days how long each is kept
   */
  static async open(dir: string, most = 10_000, days = KEPT_DAYS): Promise<InboxStore> {
    const store = new InboxStore(dir, most, days);
    await mkdir(dir, { recursive: true });
    const names = await readdir(dir);
    // The .eml is written last and removed first. A mail without it never arrived, or was deleted.
    const ids = names.filter((name) => name.endsWith('.eml')).map((name) => name.slice(0, -4));
    const kept = ids.sort().slice(-most);
    for (const id of kept) await store.#load(id);
    for (const id of await store.#readBefore()) if (store.#messages.has(id)) store.#read.add(id);
    const gone = names.filter((name) => /\.(eml|json)$/.test(name) && !store.#messages.has(name.replace(/\.\w+$/, '')));
    await Promise.all(gone.map((name) => rm(join(dir, name), { force: true })));
    await store.forgetOld(new Date());
    return store;
  }

  /** Deletes for good what has been kept long enough. */
  async forgetOld(now: Date): Promise<void> {
    const until = new Date(now.getTime() - this.#days * DAY_MS).toISOString();
    await this.delete(this.all().flatMap(({ id, receivedAt }) => (receivedAt < until ? [id] : [])));
  }

  /** In the order of arrival. */
  all(): InboxMessage[] {
    return [...this.#messages.values()];
  }

  get(id: string): InboxMessage | undefined {
    return this.#messages.get(id);
  }

  isRead(id: string): boolean {
    return this.#read.has(id);
  }

  get unread(): number {
    return this.#messages.size - this.#read.size;
  }

  /** Calls back whenever a mail came, went, or was looked at. @returns what ends that */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** Remembers that these were looked at, or that they were not. What is not here is passed over. */
  async mark(ids: readonly string[], read: boolean): Promise<void> {
    const changed = ids.filter((id) => this.#messages.has(id) && this.#read.has(id) !== read);
    if (changed.length === 0) return;
    for (const id of changed) read ? this.#read.add(id) : this.#read.delete(id);
    this.#tell();
    // To lose this harms nobody, so nothing waits for the disk to say that it has it.
    if (read) await appendFile(this.#readFile, changed.map((id) => `${id}\n`).join(''));
    else await writeFile(this.#readFile, [...this.#read].map((id) => `${id}\n`).join(''));
  }

  /** Deletes these for good. What is not here is passed over. */
  async delete(ids: readonly string[]): Promise<void> {
    const there = ids.filter((id) => this.#messages.delete(id));
    for (const id of there) {
      this.#read.delete(id);
      for (const kind of ['eml', 'json'] as const) await rm(this.#file(id, kind), { force: true });
    }
    if (there.length > 0) this.#tell();
  }

  /** A file that came with the mail, by its place in `attachments`. */
  async attachment(id: string, place: number): Promise<Attachment | undefined> {
    if (!this.#messages.get(id)?.attachments[place]) return undefined;
    const mail = await PostalMime.parse(await this.raw(id));
    return files(mail.attachments)[place];
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
    const message = await this.#load(id, raw);
    await this.delete([...this.#messages.keys()].slice(0, Math.max(0, this.#messages.size - this.#most)));
    this.#tell();
    return message;
  }

  #tell(): void {
    for (const changed of [...this.#watchers]) changed();
  }

  get #readFile(): string {
    return join(this.#dir, 'read.txt');
  }

  /** The ids that an earlier run wrote down; none where there is no such file. */
  async #readBefore(): Promise<string[]> {
    return (await readFile(this.#readFile, 'utf8').catch(() => '')).split('\n');
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
    const bytes = raw ?? (await this.raw(id));
    const message: InboxMessage = { id, receivedAt, envelope, ...(await parse(bytes)), size: bytes.length };
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
async function parse(raw: Buffer): Promise<Omit<InboxMessage, 'id' | 'receivedAt' | 'envelope' | 'size'>> {
  const mail = await PostalMime.parse(raw).catch((error: Error) => error);
  if (mail instanceof Error)
    return {
      from: '',
      to: [],
      correspondents: { from: [], to: [], cc: [], replyTo: [] },
      subject: '(cannot be read)',
      headers: {},
      text: mail.message,
      attachments: [],
    };
  const headers: Record<string, string> = {};
  for (const { key, value } of mail.headers) {
    const decoded = decodeWords(value);
    headers[key] = key in headers ? `${headers[key]}\n${decoded}` : decoded;
  }
  const calendar = mail.attachments.find(isCalendar);
  const virtualDate = headers['x-nodrift-date'];
  const correspondents = {
    from: people(mail.from ? [mail.from] : []),
    to: people(mail.to ?? []),
    cc: people(mail.cc ?? []),
    replyTo: people(mail.replyTo ?? []),
  };
  return {
    from: correspondents.from[0]?.address ?? '',
    to: correspondents.to.map(({ address }) => address),
    correspondents,
    subject: mail.subject ?? '(no subject)',
    ...(mail.date && { date: mail.date }),
    ...(virtualDate && { virtualDate }),
    ...(mail.messageId && { messageId: mail.messageId }),
    headers,
    ...(mail.text !== undefined && { text: mail.text }),
    ...(mail.html !== undefined && { html: mail.html }),
    ...(calendar && { calendar: readCalendar(asText(calendar.content)) }),
    attachments: files(mail.attachments).map(({ filename, mimeType, content }) => ({
      filename: filename ?? '(no name)',
      type: mimeType,
      size: typeof content === 'string' ? content.length : content.byteLength,
    })),
  };
}

const isCalendar = ({ mimeType }: Attachment) => mimeType === 'text/calendar';

/** All that is attached but the calendar entry, which is shown by itself. */
function files(attachments: Attachment[]): Attachment[] {
  const calendar = attachments.find(isCalendar);
  return attachments.filter((other) => other !== calendar);
}

const people = (list: Address[]): Correspondent[] =>
  list.flatMap((one) => one.group ?? [one]).map(({ name, address }) => ({ name: name ?? '', address: address ?? '' }));

const asText = (content: string | ArrayBuffer | Uint8Array) =>
  typeof content === 'string' ? content : new TextDecoder().decode(content);
