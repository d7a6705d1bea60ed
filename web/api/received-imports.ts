// Imports as the app has them: kept in the record, opened by a workflow.

import type { Client } from '@temporalio/client';
import { askForImport } from '../../client/ask-import.ts';
import { beginImport, dropImport, importFaults, importNow, receiveImport } from '../../record/imports.ts';
import type { OpenRecord } from '../../record/open.ts';
import { cursorsIn } from './cursor.ts';
import type { ImportDeps } from './import-routes.ts';

export const importsOn = (
  record: OpenRecord,
  client: Client,
  cursors = cursorsIn(record, () => new Date()),
): ImportDeps => ({
  cursors,
  async receive(by, cases) {
    const id = await receiveImport(record, by, cases);
    try {
      await beginImport(record, id);
      await askForImport(client, id);
    } catch (error) {
      // Nobody was told that it is kept.
      await dropImport(record, id).catch(() => {});
      throw error;
    }
    return id;
  },
  importNow: (id) => importNow(record, id),
  faults: (id, after, limit) => importFaults(record, id, after, limit),
});
