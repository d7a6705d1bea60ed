// Letters to the family who cannot safely be e-mailed: an invitation, a change or a cancellation on one page of paper, behind the link of whoever
// tells them. Names and addresses are written by hand: no page of Nodrift shows a family's. Made at every look, kept nowhere.

import type { Context, Hono } from 'hono';
import { CaseNotFound, Unavailable } from '../client/errors.ts';
import { shown } from '../mail/address.ts';
import { explained } from '../mail/meeting-texts.ts';
import { publicPlace } from '../mail/venue.ts';
import { ringing } from '../mail/who.ts';
import { type Doing, gone } from './do.ts';
import { longDate, longTime, meetingOf, upper } from './in-words.ts';
import { UNANSWERED } from './link-words.ts';
import { type LetterView, letterPage, sayPage } from './render.ts';
import { openLink, type Visit } from './visit.ts';

type Asked = Context<object, '/letters/:token'>;

/** Registers the path of letters. */
export function letters(app: Hono, doing: Doing): void {
  app.get('/letters/:token', async (c: Asked) => {
    try {
      const visit = await openLink(doing, c.req.param('token'), doing.now());
      const letter = visit === 'gone' || visit.link.purpose !== 'letter' ? undefined : letterFor(visit);
      return letter ? c.html(letterPage(letter)) : gone(c);
    } catch (error) {
      if (error instanceof CaseNotFound) return gone(c);
      if (error instanceof Unavailable) return c.html(sayPage(UNANSWERED), 503);
      throw error;
    }
  });
}

/** The letter; undefined where nothing is to be told by letter any more, or not to this person. */
function letterFor(visit: Visit): LetterView | undefined {
  const { meeting, meetingNow, setting, link, today } = visit;
  const told = meetingNow?.byWord;
  const to = visit.people.find(({ id }) => link.about === `letter/${meeting}/${id}`);
  if (!meeting || !to || !told?.people.includes(to.id)) return undefined;
  const whom = visit.people.find((one) => one.familyRings);
  const ring = whom?.familyRings && { name: whom.name, phone: whom.phone, as: whom.familyRings };
  const words = explained(meeting);
  const what = `${meetingOf(visit)}${words ? `, ${words}` : ''}`;
  const place = told.venue === undefined ? 'We will tell you' : (publicPlace(told.venue) ?? 'Please ask us');
  const needs =
    'Do you need an interpreter? Or this letter in another language, in large print, in Braille, or read to you? Please tell us: it costs you nothing.';
  const letter = {
    title: `${upper(meetingOf(visit))}: ${told.what}`,
    ref: link.ref,
    from: shown(setting.policy.name),
    date: longDate(today),
    large: to.needs?.format === 'large-print',
    signed: whom ? shown(whom.name) : '',
  };
  if (told.what === 'cancellation')
    return {
      ...letter,
      lead: `The meeting on ${longTime(told.start)} will not take place: ${what}.`,
      facts: [],
      paragraphs: [
        'You will hear when there is a new date. You do not need to do anything.',
        `If you have a question, please ${ringing({ ring })}.`,
        needs,
      ],
    };
  return {
    ...letter,
    lead:
      told.what === 'change'
        ? `Please note the change: this is now when and where we meet for ${what}.`
        : `You are invited to ${what}.`,
    facts: [
      ['When', upper(longTime(told.start))],
      ['Where', place],
    ],
    paragraphs: [
      'We would like you to be there. You may bring somebody who supports you: please tell us beforehand.',
      `Can you not come? Does the day, the time or the place not suit you? Or do you need help to get there, or to take part? Please ${ringing({ ring })}.`,
      needs,
    ],
  };
}
