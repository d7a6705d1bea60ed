// What is sent to webhooks, as the document of the API describes it. What is sent is made in webhooks/.

import { z } from '@hono/zod-openapi';
import { TEST_TYPE, WEBHOOK_TYPES } from '../../record/schema-webhooks.ts';
import type { Api } from './api-frame.ts';

const EVENT = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().openapi({ description: 'The same at every try and in a replay; webhook-id has it too' }),
    source: z.string().openapi({ example: '/nodrift/barnsley' }),
    type: z.enum([...WEBHOOK_TYPES, TEST_TYPE]),
    subject: z.string().optional().openapi({ description: 'The case', example: 'child-protection/BC-2041' }),
    time: z.string().openapi({ format: 'date-time', example: '2027-03-29T13:05:00.000Z' }),
    datacontenttype: z.literal('application/json'),
    cursor: z.string().openapi({ description: 'To have all after this again, replay from it', example: '71' }),
    data: z.object({
      case: z.string().openapi({ example: 'child-protection/BC-2041' }),
      sequence: z.int().openapi({ description: 'By case, from 1, without gaps' }),
      event: z.object({ id: z.string(), type: z.string(), on: z.string() }).optional(),
      duty: z.object({ key: z.string(), due: z.string().nullable(), late: z.boolean() }).optional(),
    }),
  })
  .openapi('WebhookEvent');

const SAYS: Readonly<Record<(typeof WEBHOOK_TYPES)[number], string>> = {
  'nodrift.event.recorded': 'Something was recorded in a case',
  'nodrift.duty.late': 'Somebody has not done in time what they owe, or was recorded to have done it late',
  'nodrift.decision.asked': 'Somebody’s decision is asked for',
  'nodrift.case.ended': 'The plan ended',
  'nodrift.case.erased': 'The case was erased: whoever keeps something of it forgets it too',
};

/** What is sent to those who listen, in the document. */
export function describeSentEvents(api: Api): void {
  for (const type of WEBHOOK_TYPES)
    api.openAPIRegistry.registerWebhook({
      method: 'post',
      path: type,
      tags: ['Webhooks'],
      summary: SAYS[type],
      request: {
        headers: z.object({
          'webhook-id': z.string(),
          'webhook-timestamp': z.string(),
          'webhook-signature': z.string().openapi({ description: 'As Standard Webhooks say' }),
        }),
        body: { required: true, content: { 'application/cloudevents+json': { schema: EVENT } } },
      },
      responses: {
        204: { description: 'It was taken: any 2xx says so' },
        410: { description: 'Nothing is to be sent there any more' },
      },
    });
}
