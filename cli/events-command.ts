// `nodrift events`: which types of events there are, and the fields of each, from the catalogue. Needs no server.

import type { Command } from 'commander';
import { BadInput } from '../client/errors.ts';
import { describeEvent, EVENT_TYPES, isEventType, mayStandIn, sourceOf } from '../domain/case/catalogue.ts';
import { describedFields } from '../domain/case/described-fields.ts';
import { eventHelp, named } from './event-help.ts';
import { nearest } from './nearest.ts';
import { type Output, printJson, table } from './output.ts';

export function addEvents(program: Command, output: Output): void {
  program
    .command('events')
    .description('The types of events and their fields; of one type each field, and an example.')
    .argument('[type]', 'such as meeting-held')
    .option(
      '--json',
      '{"events":[{"type","says","in","from","fields":[{"name","optional","form","options","within"}]}]}',
    )
    .addHelpText('after', EXAMPLES)
    .action((type: string | undefined, { json }: { json?: boolean }) => {
      if (type !== undefined && !isEventType(type))
        throw new BadInput(`unknown event "${type}"; ${nearest(type, EVENT_TYPES)}`);
      const types = type === undefined ? EVENT_TYPES : [type];
      if (json) printJson(output, { events: types.map(asJson) });
      else output.out((type === undefined ? overview() : eventHelp(type)).join('\n'));
    });
}

const EXAMPLES = `
Examples:
  npx nodrift events
  npx nodrift events meeting-held`;

const asJson = (type: (typeof EVENT_TYPES)[number]) => ({
  type,
  says: describeEvent(type),
  in: mayStandIn(type),
  from: sourceOf(type),
  fields: describedFields(type),
});

/** What people record; what Nodrift records itself is named at the end. */
function overview(): readonly string[] {
  const anybody = EVENT_TYPES.filter((type) => sourceOf(type) === 'anybody');
  const rest = EVENT_TYPES.filter((type) => sourceOf(type) !== 'anybody');
  const rows = anybody.map((type) => {
    const fields = describedFields(type).filter(({ name }) => name !== 'by' && name !== 'reason');
    return [type, fields.map(named).join(' ')];
  });
  return [
    'What happened, and its fields beside by and reason; those in brackets may be missing',
    '',
    ...table(rows),
    '',
    `Recorded by Nodrift itself: ${rest.join(', ')}.`,
    'npx nodrift events TYPE has each field, and an example.',
  ];
}
