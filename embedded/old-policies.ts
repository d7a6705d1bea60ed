// Release 0.1 kept what an authority had applied in a folder of files. Nothing reads it any more: whoever has one is told what to do.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { authorities, history } from '../record/in-force.ts';
import type { OpenRecord } from '../record/open.ts';

/** A line for each file whose authority has none in the record. @throws RecordUnavailable */
export async function oldPolicies(data: string, record: OpenRecord): Promise<readonly string[]> {
  const folder = join(data, 'policies');
  if (!existsSync(folder)) return [];
  const known = await authorities(record);
  const lines: string[] = [];
  for (const name of readdirSync(folder).sort()) {
    const [, authority, days] = /^([a-z0-9-]+)(\.calendar)?\.json$/.exec(name) ?? [];
    if (authority === undefined) continue;
    const kept = known.includes(authority) ? await history(record, authority) : { policies: [], calendars: [] };
    if ((days ? kept.calendars : kept.policies).some(({ number }) => number > 0)) continue;
    const command = days
      ? `calendar apply ${join(folder, name)} --authority ${authority}`
      : `policy apply ${join(folder, name)}`;
    lines.push(
      `${authority}: what release 0.1 had in force is read no more; put it into the record: npx nodrift ${command}`,
    );
  }
  return lines;
}
