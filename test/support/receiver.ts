// Another system that listens: verifies what comes with the library of Standard Webhooks, and answers as a test says.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { CloudEvent } from '../../webhooks/cloud-event.ts';

/** How it answers one call: with a status, or by itself. `undefined` takes it. */
export type Answer = (
  event: CloudEvent,
  calls: number,
  response: ServerResponse,
) => number | 'silence' | 'reset' | undefined;

export class Receiver {
  /** The secret it was told. */
  secret = '';
  /** What it took, in the order it came, what came twice as well. */
  readonly took: CloudEvent[] = [];
  /** Everything that was sent, as it came: headers and body. */
  readonly raw: string[] = [];
  /** Calls whose signature was wrong. */
  forged = 0;
  answer: Answer = () => undefined;
  #calls = 0;
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`;
  }
  get calls(): number {
    return this.#calls;
  }

  /** Listens, after it was stopped at the same address. */
  async start(): Promise<this> {
    this.#server = createServer((request, response) => void this.#take(request, response)).listen(
      this.#port,
      '127.0.0.1',
    );
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Gone, with every connection it had. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    try {
      for await (const part of request) parts.push(part as Buffer);
    } catch {
      return; // whoever called has gone
    }
    const body = Buffer.concat(parts).toString('utf8');
    this.raw.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}\n${body}`);
    try {
      new Webhook(this.secret).verify(body, request.headers as Record<string, string>);
    } catch {
      this.forged++;
      return void response.writeHead(400).end();
    }
    const event = JSON.parse(body) as CloudEvent;
    const answer = this.answer(event, ++this.#calls, response);
    if (answer === 'silence') return;
    if (answer === 'reset') return void request.socket.destroy();
    if (answer === undefined) this.took.push(event);
    response.writeHead(answer ?? 204, answer === 307 ? { location: this.url } : {}).end();
  }

  /** What it took of each case, each once, by its number. */
  sequences(): ReadonlyMap<string, readonly number[]> {
    const seen = new Set<string>();
    const found = new Map<string, number[]>();
    for (const { id, data } of this.took) {
      if (seen.has(id)) continue;
      seen.add(id);
      found.set(data.case, [...(found.get(data.case) ?? []), data.sequence]);
    }
    return found;
  }
}
