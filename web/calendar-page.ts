// `/calendar/<token>.ics`: somebody's meetings, for their own calendar program, which asks again every few hours. It shows no page and takes nothing.

import type { Hono } from 'hono';
import { gone } from './do.ts';

/** @param feedBehind the calendar of a token; undefined where there is none */
export function calendar(app: Hono, feedBehind: (token: string) => Promise<string | undefined>): void {
  app.get('/calendar/:file{[A-Za-z2-7]+\\.ics}', async (c) => {
    const feed = await feedBehind(c.req.param('file').replace(/\.ics$/, ''));
    if (feed === undefined) return gone(c);
    c.header('Cache-Control', 'private, max-age=300');
    return c.body(feed, 200, { 'content-type': 'text/calendar; charset=utf-8' });
  });
}
