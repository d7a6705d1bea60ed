// People sign in with a real Chromium, with and without JavaScript: by a link that was mailed, and at a real OpenID provider. Judged by axe.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { raise } from '../../record/alerts.ts';
import { syncDirectory } from '../../record/directory.ts';
import { readOidc } from '../../web/sign-in/oidc-settings.ts';
import { assertAccessible, complaints, noBrowser, PHONE, picture, useBrowser, type View } from '../support/browser.ts';
import { afterCoreGroup, inNeed } from '../support/paper-case.ts';
import { CLIENT, startPeopleIssuer } from '../support/people-issuer.ts';
import { member } from '../support/staff.ts';
import { type StaffApp, staffApp } from '../support/staff-app.ts';

const browser = useBrowser();

const PEOPLE = {
  tom: { email: 'tom@council.test', email_verified: true, name: 'Tom Reed' },
  ops: {
    email: 'ops@it.test',
    email_verified: true,
    name: 'Olu',
    nodrift_rights: ['operations', 'authority:barnsley'],
  },
  eve: { email: 'eve@elsewhere.test', email_verified: true, name: 'Eve' },
};

describe('signing in in a browser', { skip: noBrowser }, () => {
  let served: StaffApp;
  let issuer: Awaited<ReturnType<typeof startPeopleIssuer>>;
  let server: Server;
  let url: string;
  before(async () => {
    issuer = await startPeopleIssuer(PEOPLE);
    // The pages' address is known once they listen, and they are made for it.
    let handle: (request: Request) => Response | Promise<Response> = () => new Response();
    server = createServer(getRequestListener((request) => handle(request)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    issuer.register(url);
    const oidc = readOidc({
      ...{ NODRIFT_OIDC_ISSUER: issuer.issuer, NODRIFT_OIDC_CLIENT_ID: CLIENT.clientId },
      ...{ NODRIFT_OIDC_CLIENT_SECRET: CLIENT.clientSecret, NODRIFT_OIDC_NAME: 'your council account' },
    });
    const papers = [afterCoreGroup(), inNeed()];
    for (const paper of papers) paper.now = '2028-02-21T10:00:00Z' as typeof paper.now;
    served = await staffApp(papers, { oidc, publicUrl: url });
    handle = served.app.fetch;
    await syncDirectory(served.record, 'barnsley', [
      member('S-2', { name: 'Tom Reed', address: 'tom@council.test', rights: ['manager', 'service-manager'] }),
      member('S-3', { name: 'Amira Khan', address: 'amira@council.test', manager: 'S-2' }),
    ]);
    await raise(served.record, { caseId: 'child-protection/BC-2041', what: 'step-overdue' });
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    await served.close();
    await issuer.close();
  });

  const VIEWS: Readonly<Record<string, View>> = {
    'a phone without JavaScript, in the dark': { ...PHONE, javaScript: false, dark: true },
    'a desktop with JavaScript': {},
  };
  for (const [what, view] of Object.entries(VIEWS)) {
    const name = view.javaScript === false ? 'phone' : 'desktop';

    test(`by a link, on ${what}`, async () => {
      const page = await browser.page(view);
      await page.goto(`${url}/`);
      await assertAccessible(page, 'the page of whoever is not signed in');
      await picture(page, `welcome-${name}`);
      await page.getByRole('link', { name: 'Sign in' }).click();
      await assertAccessible(page, 'the page to sign in');
      await picture(page, `sign-in-${name}`);
      await page.getByRole('button', { name: 'Send me a link' }).click();
      await assertAccessible(page, 'the page to sign in, with what is wrong');
      assert.match(await page.title(), /^Error/);
      await page.getByLabel('Your work e-mail address').fill('nina@nhs.test');
      await page.getByRole('button', { name: 'Send me a link' }).click();
      await page.getByRole('heading', { name: 'Look into your inbox' }).waitFor();
      await assertAccessible(page, 'the page that says where the link is');
      await page.goto(`${url}${(await served.linksTo('nina@nhs.test')).at(-1)}`);
      await assertAccessible(page, 'the page behind the link');
      await picture(page, `sign-in-link-${name}`);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'My duties' }).waitFor();
      assert.equal(new URL(page.url()).pathname, '/');
      await assertAccessible(page, 'my duties');
      await picture(page, `my-duties-${name}`);
      await page.getByRole('link', { name: /Say whether the minutes came/ }).click();
      await page.getByRole('heading', { name: /minutes of core group 1/ }).waitFor();
      await page.goBack();
      await page.getByRole('button', { name: 'Sign out', exact: true }).click();
      await page.getByRole('heading', { name: 'Plans that do not drift' }).waitFor();
      await page.goBack();
      await page.reload();
      assert.doesNotMatch(await page.content(), /BC-2041/);
      // That the empty address was refused is said by Chromium, too.
      assert.deepEqual(
        complaints(page).filter((one) => !one.includes('status of 422')),
        [],
      );
      await page.context().close();
    });

    test(`at the authority’s own provider, on ${what}`, async () => {
      const page = await browser.page(view);
      await page.goto(`${url}/sign-in`);
      await page.getByRole('button', { name: 'Sign in with your council account' }).click();
      await page.getByLabel('User').fill('tom');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('heading', { name: 'My duties' }).waitFor();
      for (const [link, heading] of [
        ['My team', 'My team'],
        ['My authority', 'My authority'],
      ] as const) {
        await page.getByRole('link', { name: link }).click();
        await page.getByRole('heading', { name: heading, exact: true }).waitFor();
        await assertAccessible(page, link);
        await picture(page, `${link.toLowerCase().replace(' ', '-')}-${name}`);
      }
      assert.deepEqual(complaints(page), []);
      await page.context().close();
    });

    test(`whom claims make an operator sees no names; whom nobody knows sees nothing, on ${what}`, async () => {
      const page = await browser.page(view);
      await page.goto(`${url}/sign-in`);
      await page.getByRole('button', { name: 'Sign in with your council account' }).click();
      await page.getByLabel('User').fill('ops');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('link', { name: 'Operations' }).click();
      await page.getByRole('heading', { name: 'Operations', exact: true }).waitFor();
      await assertAccessible(page, 'operations');
      await picture(page, `operations-${name}`);
      assert.doesNotMatch(await page.content(), /Nina|Amira|Tom Reed/);
      await page.context().close();
      const other = await browser.page(view);
      await other.goto(`${url}/sign-in`);
      await other.getByRole('button', { name: 'Sign in with your council account' }).click();
      await other.getByLabel('User').fill('eve');
      await other.getByRole('button', { name: 'Continue' }).click();
      await other.getByRole('heading', { name: 'You are not signed in' }).waitFor();
      await assertAccessible(other, 'the page of whom nobody knows');
      await other.context().close();
    });
  }
});
