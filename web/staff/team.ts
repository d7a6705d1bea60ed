// `/team`: the cases of those whom somebody manages, by the directory or by the issuer's claims, and what is late in them.

import { upper } from '../../mail/duty-texts.ts';
import { each } from './each.ts';
import type { Asking, PageBody } from './page-body.ts';
import { LATE_COLUMNS, lateRow, MOST_LATE } from './rows.ts';

export async function teamPage({ desk, me, today }: Asking): Promise<PageBody> {
  const [named, byAddress] = await Promise.all([desk.directory.namedAs(me.below), namedByAddress({ desk, me })]);
  const ids = [...new Set([...named.map(({ place }) => place.id), ...byAddress])];
  const [late, ...ofTeams] = await Promise.all([
    desk.lateIn({ ids }, today, MOST_LATE),
    ...me.teams.map(({ authority, team }) => desk.lateIn({ authority, team }, today, MOST_LATE)),
  ]);
  const seen = new Map([late, ...ofTeams].flat().map((one) => [`${one.id} ${one.duty}`, one]));
  const all = [...seen.values()].sort((a, b) => ((a.due ?? '') < (b.due ?? '') ? -1 : 1)).slice(0, MOST_LATE);
  const rows = await each(all, (one) => lateRow(desk, one, today));
  const teams = me.teams.map(({ team, authority }) => `${team} (${upper(authority)})`);
  return {
    title: 'My team',
    paragraphs: [
      ...(me.below.length > 0
        ? [
            `You manage ${me.below.length === 1 ? 'one person' : `${me.below.length} people`}. Running cases that name them: ${ids.length}.`,
          ]
        : []),
      ...(teams.length > 0 ? [`Teams: ${teams.join(', ')}.`] : []),
      ...(rows.length === 0 ? ['Nothing is late.'] : []),
      ...(rows.length === MOST_LATE ? [`The ${MOST_LATE} things that are late the longest are shown.`] : []),
    ],
    tables: rows.length === 0 ? [] : [{ caption: 'Late, the longest first', columns: LATE_COLUMNS, rows }],
  };
}

/** Cases that name them by their address. */
async function namedByAddress({ desk, me }: Pick<Asking, 'desk' | 'me'>): Promise<readonly string[]> {
  const authorities = [...new Set(me.below.map(({ authority }) => authority))];
  const found = await each(authorities, (authority) =>
    desk.casesNaming(
      me.below.flatMap((one) => (one.authority === authority && one.address ? [one.address] : [])),
      authority,
    ),
  );
  return found.flat().map(({ id }) => id);
}
