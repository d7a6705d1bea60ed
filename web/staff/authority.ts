// `/authority`: how the teams of an authority stand, and what is late there, for its service managers.

import { upper } from '../../mail/duty-texts.ts';
import { each } from './each.ts';
import type { Asking, PageBody } from './page-body.ts';
import { LATE_COLUMNS, lateRow, MOST_LATE, STANDING_COLUMNS, standingRow } from './rows.ts';

export async function authorityPage({ desk, me, today }: Asking): Promise<PageBody> {
  const found = await each(me.authorities, async (authority) => {
    const [standing, late] = await Promise.all([
      desk.standingOf({ authority }, today),
      desk.lateIn({ authority }, today, MOST_LATE),
    ]);
    const rows = await each(late, (one) => lateRow(desk, one, today));
    return [
      {
        caption: `Teams of ${upper(authority)}`,
        columns: STANDING_COLUMNS,
        rows: standing.map((one) => standingRow(one, today)),
      },
      ...(rows.length > 0
        ? [{ caption: `Late in ${upper(authority)}, the longest first`, columns: LATE_COLUMNS, rows }]
        : []),
    ];
  });
  return { title: 'My authority', paragraphs: [], tables: found.flat() };
}
