// The pages of people who are signed in: what is mine, my team's, my authority's, and how the installation does. What somebody may not see is
// not there (404), as what does not exist; who is not signed in is asked to.

import type { Context, Hono } from 'hono';
import { Unavailable } from '../../client/errors.ts';
import { londonDay } from '../../domain/notices/words.ts';
import { fromEpochMs, type LocalDate } from '../../domain/time/calendar.ts';
import { RecordUnavailable } from '../../record/failures.ts';
import { gone } from '../do.ts';
import { UNANSWERED } from '../link-words.ts';
import { sayPage, signInPage, staffPage } from '../render.ts';
import { endedSession, formNonce, redirected, type SigningIn } from '../sign-in/sign-in-pages.ts';
import { authorityPage } from './authority.ts';
import type { Desk } from './desk.ts';
import { dutiesPage } from './my-page.ts';
import { operationsPage } from './operations.ts';
import type { Asking, PageBody } from './page-body.ts';
import { type Present, present, seesTeam } from './present.ts';
import { teamPage } from './team.ts';

interface StaffPage {
  readonly path: string;
  readonly nav: string;
  readonly sees: (me: Present) => boolean;
  readonly body: (asking: Asking) => Promise<PageBody>;
}

export const STAFF_PAGES: readonly StaffPage[] = [
  { path: '/', nav: 'My duties', sees: () => true, body: dutiesPage },
  { path: '/team', nav: 'My team', sees: seesTeam, body: teamPage },
  { path: '/authority', nav: 'My authority', sees: ({ authorities }) => authorities.length > 0, body: authorityPage },
  { path: '/operations', nav: 'Operations', sees: ({ operations }) => operations, body: operationsPage },
];

/** Registers them. */
export function staffPages(app: Hono, desk: Desk, on: SigningIn): void {
  for (const page of STAFF_PAGES) app.get(page.path, (c) => shown(c, desk, on, page));
}

async function shown(c: Context, desk: Desk, on: SigningIn, page: StaffPage): Promise<Response> {
  let who = 'nobody';
  const answer = async (): Promise<Response> => {
    const session = await on.auth.session(c.req.header('cookie') ?? '');
    if (!session) return page.path === '/' ? welcome(c) : redirected(c, '/sign-in');
    const me = await present(desk, session);
    if (!me) return endedSession(c, on, session);
    who = me.who;
    if (!page.sees(me)) return gone(c);
    const now = fromEpochMs(on.now().getTime());
    const body = await page.body({ desk, me, now, today: londonDay(now) as LocalDate });
    const nav = STAFF_PAGES.filter((one) => one.sees(me)).map((one) => ({
      href: one.path,
      text: one.nav,
      here: one === page,
    }));
    const nonce = formNonce(c, on, '/sign-out');
    return c.html(staffPage({ ...body, nav, address: me.address, nonce })) as Response;
  };
  const response = await answer().catch((error: unknown) => {
    if (error instanceof Unavailable || error instanceof RecordUnavailable)
      return c.html(sayPage(UNANSWERED), 503) as Response;
    throw error;
  });
  // Reading is audited like writing. A look at the page that everybody sees is none.
  if (who !== 'nobody')
    await on.audit({ who, did: `GET ${page.path}`, outcome: String(response.status), from: on.addressOf(c) });
  return response;
}

const welcome = (c: Context): Response =>
  c.html(
    signInPage({
      title: 'Plans that do not drift',
      paragraphs: [
        'Nodrift knows what is owed on each child’s plan, by whom and by when, and reminds people until it is done.',
        'If you work on cases, sign in to see what is yours to do over all of them. Links in e-mails open without signing in.',
      ],
      links: [
        { href: '/sign-in', text: 'Sign in' },
        { href: '/rules', text: 'The rules that reminders rest on' },
      ],
    }),
  ) as Response;
