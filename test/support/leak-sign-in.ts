// How staff sign in while leaks are scanned: by a link that is mailed, and at an OpenID provider that knows them by canaries.

import assert from 'node:assert/strict';
import { type OidcSettings, readOidc } from '../../web/sign-in/oidc-settings.ts';
import type { LeakLife } from './leak-life.ts';
import { CLIENT, type People, startPeopleIssuer, throughIssuer } from './people-issuer.ts';
import { hidden, hrefOf, type Seen, type Visitor } from './visitor.ts';
import { until } from './waiting.ts';

/** A provider whose people are told to it as the life goes on. */
export class LeakIssuer {
  readonly people: Record<string, People[string]> = {};
  #issuer: Awaited<ReturnType<typeof startPeopleIssuer>> | undefined;

  async start(appUrl: string): Promise<OidcSettings | undefined> {
    this.#issuer = await startPeopleIssuer(this.people);
    this.#issuer.register(appUrl);
    return readOidc({
      ...{ NODRIFT_OIDC_ISSUER: this.#issuer.issuer, NODRIFT_OIDC_CLIENT_ID: CLIENT.clientId },
      NODRIFT_OIDC_CLIENT_SECRET: CLIENT.clientSecret,
    });
  }

  async close(): Promise<void> {
    await this.#issuer?.close();
  }
}

/** By a link that is mailed to them; somebody nobody knows asks for one as well. */
export async function byLink(life: LeakLife, address: string): Promise<void> {
  const visitor = life.visitor();
  await visitor.answer('/sign-in', { address });
  await visitor.answer('/sign-in', { address: life.canaries.address('somebody nobody knows') });
  let link: string | undefined;
  await until(async () => {
    const mails = (await life.rig.inbox.messages()).filter(({ to }) => to.includes(address));
    link = mails.flatMap((mail) => /\/sign-in\/link\/\w+/.exec(JSON.stringify(mail)) ?? [])[0];
    return link !== undefined;
  }, 'the mail with the link to sign in by');
  assert.equal((await visitor.answer(link!, {})).status, 303);
  await seesTheCase(life, visitor);
}

/** At the provider: who is known here, who is not, whose address is not verified; then an error, and a code that is none. */
export async function atIssuer(life: LeakLife, address: string): Promise<void> {
  const { canaries, issuer } = life;
  const person = (what: string, email: string, more: object = {}): string => {
    const sub = canaries.word(`the provider: subject of ${what}`);
    const name = canaries.word(`the provider: name of ${what}`);
    issuer.people[sub] = { email, email_verified: true, name, ...more };
    return sub;
  };
  const rights = ['authority:barnsley', 'operations', canaries.word('the provider: a right that is none')];
  const known = person('whom a case knows', address, { nodrift_rights: rights });
  const stranger = person('whom nobody knows', canaries.address('the provider: address of whom nobody knows'));
  const unverified = person('an unverified one', canaries.address('the provider: an address that is not verified'), {
    email_verified: false,
  });

  const amira = life.visitor();
  assert.equal((await signsIn(life, amira, known)).status, 303);
  await seesTheCase(life, amira);
  assert.equal((await amira.get('/operations')).status, 200, 'the claims give a right');
  const eve = life.visitor();
  assert.equal((await signsIn(life, eve, stranger)).status, 303);
  assert.equal((await eve.get('/')).status, 403);
  assert.equal((await signsIn(life, life.visitor(), unverified)).status, 403);

  for (const [name, more] of [
    ['error', '&error_description='],
    ['code', '&session_state='],
  ] as const) {
    const word = (what: string) => canaries.word(`the provider: ${what}`);
    const state = new URL(await leaves(amira)).searchParams.get('state') ?? '';
    const query = `${name}=${word(`${name} it sends back`)}${more}${word(`what it says beside ${name}`)}`;
    const seen = await life.visitor(false).get(`/sign-in/auth/callback/oidc?state=${state}&${query}`);
    assert.equal(seen.status, 403, seen.text);
  }
}

/** Where a browser is sent from the page to sign in. */
async function leaves(visitor: Visitor): Promise<string> {
  const page = await visitor.get('/sign-in');
  const onward = await visitor.post('/sign-in/issuer', hidden(page.html));
  return hrefOf(onward.html, 'Go on').replaceAll('&amp;', '&');
}

async function signsIn(life: LeakLife, visitor: Visitor, user: string): Promise<Seen> {
  const to = await leaves(visitor);
  life.addresses.push(to);
  const back = await throughIssuer(to, user, life.publicUrl);
  return visitor.get(back.slice(life.publicUrl.length));
}

async function seesTheCase(life: LeakLife, visitor: Visitor): Promise<void> {
  const page = await visitor.get('/');
  assert.match(page.text, /CN-NOW/);
  life.addresses.push(...[...page.html.matchAll(/(?:href|action|src)="([^"]*)"/g)].map(([, one]) => one!));
}
