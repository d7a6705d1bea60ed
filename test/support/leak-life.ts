// A year of an authority in which everything that could say who a child is, is a canary: cases of every kind, by the API and by Temporal's client, links,
// mails and their answers, webhooks, corrections, an import, the staff directory, sign-ins, and whatever can be sent wrongly.

import assert from 'node:assert/strict';
import { Client } from '@temporalio/client';
import { sourceOf } from '../../domain/case/catalogue.ts';
import type { CaseFile } from '../../domain/case/model.ts';
import { freePort } from '../../embedded/ports.ts';
import { replyAddress } from '../../mail/reply-address.ts';
import { makeKey } from '../../record/api-keys.ts';
import { calendarEntries } from '../../record/schema.ts';
import { SCOPES } from '../../record/scopes.ts';
import { EXAMPLE_FILE } from '../../web/api/event-examples.ts';
import { type ServedWeb, serveWeb } from '../../web/serve.ts';
import { createLog } from '../../worker/log.ts';
import { outlook, postfix } from './calendar-replies.ts';
import { Canaries, fileWith, personWith } from './canaries.ts';
import { type CanaryStory, canaryStories } from './canary-stories.ts';
import { moment } from './family.ts';
import { type Rig, RunningCase } from './harness.ts';
import { atIssuer, byLink, LeakIssuer } from './leak-sign-in.ts';
import { Receiver } from './receiver.ts';
import { Visitor } from './visitor.ts';
import { until } from './waiting.ts';

const REPLY_DOMAIN = 'reply.canary.example';
/** Later than the stories are written: they begin in January 2028, of which bank holidays are known. */
const WEEKS = 44;
const DAY = 86_400_000;
export const day = (from: number): string => new Date(Date.now() + from * DAY).toISOString().slice(0, 10);

export class LeakLife {
  readonly canaries = new Canaries();
  /** Every line that the processes logged. */
  readonly logged: string[] = [];
  /** Every address that somebody asked for, and every one that an answer or a mail gave them. */
  readonly addresses: string[] = [];
  /** What a client of Temporal sent and was answered, as it goes over the wire. */
  readonly wire: (readonly [where: string, what: unknown])[] = [];
  readonly receiver = new Receiver();
  readonly cases: RunningCase[] = [];
  /** Whom the cases are about: their canaries are in no mail at all. */
  readonly children: string[] = [];
  rig!: Rig;
  /** Where staff sign in, beside links. */
  readonly issuer = new LeakIssuer();
  #web!: ServedWeb;
  #key = '';
  #webhook = '';
  #publicUrl = '';
  #port = 0;

  /** What the rig is started with. */
  readonly options = {
    onDisk: true,
    log: (line: string) => void this.logged.push(line),
    service: async () => {
      this.#port = await freePort(0);
      this.#publicUrl = `http://127.0.0.1:${this.#port}`;
      return { publicUrl: this.#publicUrl, replyDomain: REPLY_DOMAIN };
    },
  };

  /** Where its pages are. */
  get publicUrl(): string {
    return this.#publicUrl;
  }

  async begin(rig: Rig): Promise<void> {
    this.rig = rig;
    const { client, record } = rig;
    const oidc = await this.issuer.start(this.#publicUrl);
    this.#web = await serveWeb({
      ...{
        client,
        record,
        publicUrl: this.#publicUrl,
        host: '127.0.0.1',
        port: this.#port,
        smtpUrl: rig.inboxUrl,
        oidc,
      },
      ...{ requestsAMinute: 100_000, webhooks: { allowed: ['127.0.0.1'], ourselves: [] } },
      log: createLog('trace', { write: this.options.log }),
    });
    const { text } = await makeKey(record, { name: 'the scan', scopes: SCOPES, authorities: 'all', madeBy: 'test' });
    this.#key = text;
    await this.receiver.start();
    const { id, secret } = await this.ask('POST', '/webhooks', { authority: 'barnsley', url: this.receiver.url });
    this.receiver.secret = secret;
    this.#webhook = id;
  }

  async end(): Promise<void> {
    await this.#web.close();
    await this.issuer.close();
    await this.receiver.stop();
  }

  /** Asks the API. @param expected a refusal that is meant @returns the answer's body */
  // biome-ignore lint/suspicious/noExplicitAny: what it holds depends on what is asked
  async ask(method: string, path: string, body?: unknown, expected?: 'refused'): Promise<any> {
    const url = `${this.#publicUrl}/api/v1${path}`;
    const plain = typeof body === 'string';
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body === undefined
          ? {}
          : { 'content-type': plain && path === '/imports' ? 'application/x-ndjson' : 'application/json' }),
      },
      ...(body === undefined ? {} : { body: plain ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    this.addresses.push(response.headers.get('location') ?? '');
    if (expected === undefined) assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    else assert.ok(response.status >= 400 && response.status < 500, `${method} ${path}: ${response.status} ${text}`);
    return text === '' || !/json/.test(response.headers.get('content-type') ?? '') ? text : JSON.parse(text);
  }

  /** A case of this life, which the rig looks after. */
  follow(file: CaseFile): RunningCase {
    const running = new RunningCase(this.rig, file);
    this.rig.track(running.id);
    this.cases.push(running);
    this.children.push(...file.people.filter(({ role }) => role === 'child').map(({ name }) => name));
    return running;
  }

  /** Every event there is, in the cases it belongs to, each at its own moment; then the rest of the year. @param many the first of them alone */
  async stories(many?: number): Promise<void> {
    const all = canaryStories(this.canaries, WEEKS);
    await Promise.all(all.slice(0, many).map((story) => this.#live(story)));
  }

  async #live({ file, events }: CanaryStory): Promise<void> {
    const running = this.follow(file);
    const [first, ...rest] = events;
    assert.ok(first);
    await this.rig.nodrift.open(file, [{ id: first.id, recordedAt: moment(first.at), event: first.event as never }]);
    for (const [i, { id, at, type, event }] of rest.entries()) {
      if (sourceOf(type) === 'nodrift') continue;
      await running.clock.forwardTo(moment(at));
      await this.ask('POST', `/cases/${running.id}/events`, { events: [{ id, recordedAt: moment(at), event }] });
      if (i === 5) await running.renew();
    }
    await running.forwardTo('2028-12-20');
    await running.mails();
  }

  /** Cases that others led to are this life's as well. */
  async #followAll(): Promise<void> {
    for await (const { workflowId } of this.rig.client.workflow.list())
      if (/\/CN-|^nodrift-webhooks/.test(workflowId)) this.rig.track(workflowId);
  }

  /** A case of today, opened by the API: links are followed, a calendar answers, a mail comes back. */
  async today(): Promise<void> {
    const { canaries, rig } = this;
    const file = fileWith({ ...EXAMPLE_FILE, ref: 'CN-NOW' }, canaries, 'a case of today');
    const running = this.follow(file);
    const said = (id: string, event: object) => ({ id, event: { by: 'amira', ...event } });
    await this.ask('POST', '/cases', {
      file,
      events: [said('discussion', { type: 'strategy-discussion-held', on: day(0), reason: canaries.word('why') })],
    });
    const start = `${Number(day(0).slice(0, 4)) + 1}-07-02T10:00`;
    await this.ask('POST', `/cases/${running.id}/events`, {
      events: [
        said('conference', {
          ...{ type: 'conference-held', on: day(0), outcome: 'plan', members: ['nina', 'ed', 'rosa', 'kit'] },
          firstCoreGroup: { start, venue: canaries.word('a venue of today') },
        }),
      ],
    });
    const invited = (id: string) => {
      const address = file.people.find((one) => one.id === id)?.email;
      return rig.inbox.waitFor(({ subject, to }) => /CN-NOW: invitation/.test(subject) && to[0] === address, 120_000);
    };
    const toNina = await invited('nina');
    const [link = ''] = /\/do\/v1\.\S+/.exec(toNina.text ?? '') ?? [];
    const { status, text } = await this.visitor().answer(link, {
      comes: 'sends',
      who: canaries.word('who comes for Nina'),
    });
    assert.equal(status, 200, text);

    const entries = await rig.record.db.select().from(calendarEntries);
    const ed = entries.find(({ caseId, person }) => caseId === running.id && person === 'ed');
    assert.ok(ed);
    const to = (kind: 'reply' | 'bounce', token: string) =>
      replyAddress({ domain: REPLY_DOMAIN, secret: rig.record.ledgerKey }, kind, token);
    const attendee = file.people.find(({ id }) => id === 'ed')?.email ?? '';
    const organiser = to('reply', ed.token);
    const answer = outlook({ uid: `${ed.token}@nodrift.example`, sequence: 0, organiser, attendee }, 'DECLINED', {
      start: `${start.replace(/[-:]/g, '')}00`,
    }).replace('SUMMARY', `COMMENT:${canaries.word('a comment in a calendar')}\r\nSUMMARY`);
    await rig.inbox.replies?.take(organiser, Buffer.from(answer));
    const toRosa = await invited('rosa');
    const bounce = to('bounce', (toRosa.messageId ?? '').replace(/^<|@.*$/g, ''));
    await rig.inbox.replies?.take(bounce, Buffer.from(postfix({ to: bounce, recipient: toRosa.to[0] ?? '' })));
    await rig.sweeper.sweep();

    const amira = file.people.find(({ id }) => id === 'amira')?.email ?? '';
    await byLink(this, amira);
    await atIssuer(this, amira);
    await running.clock.forwardTo(moment(day(365)));
    await running.mails();
  }

  /** @param remember false where the test itself makes the address up */
  visitor(remember = true): Visitor {
    const ask = async (path: string, init: RequestInit) => {
      if (remember) this.addresses.push(path);
      return fetch(`${this.#publicUrl}${path}`, { ...init, redirect: 'manual' });
    };
    return new Visitor({ request: ask } as never);
  }

  /** The staff directory, cases that name it, and a handing over. */
  async directory(): Promise<void> {
    const { canaries } = this;
    const member = (id: string, role: string, more: object = {}) => ({
      ...{
        id,
        role,
        name: canaries.word(`the directory: name of ${id}`),
        agency: canaries.word(`the directory: agency of ${id}`),
      },
      address: canaries.address(`the directory: address of ${id}`),
      sharedMailbox: canaries.address(`the directory: mailbox of ${id}`),
      telephone: canaries.telephone(`the directory: telephone of ${id}`),
      ...more,
    });
    const staff = [
      member('S-1', 'team-manager', { rights: ['manager'] }),
      ...['S-2', 'S-3'].map((id) => member(id, 'social-worker', { manager: 'S-1' })),
    ];
    await this.ask('PUT', '/directory/barnsley', { staff });
    const people = [
      { id: 'amira', staff: 'S-2' },
      personWith({ id: 'kit', name: 'Kit', role: 'child' }, canaries, 'the directory'),
    ];
    const file = { ...EXAMPLE_FILE, ref: 'CN-STAFF', people } as CaseFile;
    this.follow(file);
    const event = { type: 'strategy-discussion-held', by: 'amira', on: day(0) };
    await this.ask('POST', '/cases', { file, events: [{ id: 'discussion', event }] });
    await this.ask('PATCH', '/directory/barnsley/S-2', {
      ...staff[1],
      name: canaries.word('the directory: another name'),
    });
    const path = '/directory/barnsley/reallocations';
    const { id } = await this.ask('POST', path, {
      from: 'S-2',
      to: 'S-3',
      reason: canaries.word('the directory: why'),
    });
    await until(async () => (await this.ask('GET', `${path}/${id}`)).doneAt !== null, 'the cases are handed over');
  }

  /** A caseload of two, one of them faulty. */
  async import(): Promise<void> {
    const { canaries } = this;
    const lines = ['CN-IN', 'CN-FAULTY'].map((ref) => {
      const file = fileWith({ ...EXAMPLE_FILE, ref }, canaries, `an import, ${ref}`);
      if (ref === 'CN-IN') this.follow(file);
      const by = ref === 'CN-IN' ? 'amira' : 'somebody-else';
      const event = {
        type: 'strategy-discussion-held',
        by,
        on: day(0),
        reason: canaries.word(`an import, ${ref}: why`),
      };
      return JSON.stringify({ file, events: [{ id: 'discussion', event }] });
    });
    const { id } = await this.ask('POST', '/imports', lines.join('\n'));
    await until(async () => (await this.ask('GET', `/imports/${id}`)).state === 'done', 'the import is done');
  }

  /** What is found has settled: everything that was begun is done, and on the disk. */
  async settle(): Promise<void> {
    await this.ask('DELETE', `/webhooks/${this.#webhook}`);
    await this.#followAll();
    await this.rig.record.db.execute('checkpoint');
  }

  /** Whatever can be sent wrongly, by the API, behind links, and by Temporal's client. */
  async mistakes(): Promise<void> {
    const { canaries } = this;
    const [one] = this.cases;
    const path = `/cases/${one!.id}/events`;
    const word = (what: string) => canaries.word(`a mistake: ${what}`);
    const wrong = (event: object) => ({ events: [{ id: 'wrong', event: { by: 'amira', ...event } }] });
    await this.ask('POST', path, `{"events": [${word('no JSON')}`, 'refused');
    await this.ask('POST', path, wrong({ type: word('no type') }), 'refused');
    await this.ask('POST', path, wrong({ type: 'meeting-cancelled', meeting: word('no meeting') }), 'refused');
    await this.ask(
      'POST',
      path,
      wrong({ type: 'meeting-cancelled', meeting: 'core-group-1', [word('no field')]: 1 }),
      'refused',
    );
    // Ids are said as they are, to whoever may read the audit. What is none is not.
    await this.ask('GET', `/cases/child-protection/${word('no case')}%20Smith`, undefined, 'refused');
    for (const path of ['/do/v1.a.', '/sign-in/link/', '/calendar/', '/'])
      await this.visitor(false).get(`${path}${word('no link')}`);

    const client = this.#watched();
    const handle = client.workflow.getHandle(this.cases.find(({ id }) => id.endsWith('CN-NOW'))!.id);
    const held = { type: 'meeting-held', by: 'amira', meeting: 'core-group-1', on: day(0), chair: 'amira' };
    for (const args of [
      [[{ id: 'wrong', event: { ...held, reason: word('refused') } }]],
      [[{ id: 'wrong', event: { ...held, type: word('no type, by Temporal’s client') } }]],
      [word('no events')],
      [{ [word('no list')]: 1 }],
    ])
      await assert.rejects(handle.executeUpdate('record', { args } as never));
    await handle.query('owed', word('an argument nobody asked for')).catch(() => {});
    await assert.rejects(handle.query('nothing', word('of a query that is none')));
    await handle.signal('nothing', word('of a signal that is none'));
    await handle.query('people');
  }

  /** Temporal's client, with everything noted that goes over the wire and comes back. */
  #watched(): Client {
    const { connection, options } = this.rig.client;
    const service = new Proxy(connection.workflowService, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as unknown;
        if (typeof method !== 'function') return method;
        return async (request: unknown) => {
          this.wire.push([`${String(name)}, asked`, request]);
          try {
            const answer: unknown = await method.call(target, request);
            this.wire.push([`${String(name)}, answered`, answer]);
            return answer;
          } catch (error) {
            this.wire.push([`${String(name)}, failed`, everythingOf(error)]);
            throw error;
          }
        };
      },
    });
    const wired = new Proxy(connection, {
      get: (target, name) => {
        if (name === 'workflowService') return service;
        const value = Reflect.get(target, name) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const { namespace } = options;
    return new Client({ connection: wired, namespace, dataConverter: this.rig.dataConverter });
  }
}

/** An error as an object, with what it was caused by. */
function everythingOf(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { message, stack, cause, ...rest } = error;
  return { message, stack, ...rest, cause: cause === undefined ? null : everythingOf(cause) };
}
