// What is sent: a CloudEvent (1.0, JSON) that says which case and what kind of thing, and nothing of what it says; signed as Standard Webhooks say.

import { Webhook } from 'standardwebhooks';
import { TEST_TYPE, type ToldDuty, type ToldEvent, type webhookEvents } from '../record/schema-webhooks.ts';

export interface CloudEvent {
  readonly specversion: '1.0';
  /** The same at every try, and in a replay. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** The case. Absent from a test. */
  readonly subject?: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** To be sent all that came after this, one replays from it. */
  readonly cursor: string;
  readonly data: {
    readonly case: string;
    /** By case, without gaps: of two that come at once the higher is newer. */
    readonly sequence: number;
    readonly event?: ToldEvent;
    readonly duty?: ToldDuty;
  };
}

export const cloudEvent = (told: typeof webhookEvents.$inferSelect): CloudEvent => ({
  specversion: '1.0',
  id: told.id,
  source: `/nodrift/${told.authority}`,
  type: told.type,
  ...(told.type === TEST_TYPE ? {} : { subject: told.caseId }),
  time: told.at.toISOString(),
  datacontenttype: 'application/json',
  cursor: String(told.position),
  data: {
    case: told.type === TEST_TYPE ? 'test' : told.caseId,
    sequence: told.sequence,
    ...(told.event ? { event: told.event } : {}),
    ...(told.duty ? { duty: told.duty } : {}),
  },
});

/** The headers of one try. @param secrets each signs: while a secret is changed the receiver may know either */
export function signedHeaders(id: string, body: string, secrets: readonly string[], now: Date): Record<string, string> {
  return {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'user-agent': 'Nodrift-Webhooks',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
  };
}
