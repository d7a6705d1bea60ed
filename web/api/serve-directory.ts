// What the routes of the staff directory stand on in a process: the record, and workers who tell running cases.

import { handOverCases, tellCasesOfStaff } from '../../client/begin-directory-work.ts';
import { CaseNotFound } from '../../client/errors.ts';
import type { Nodrift } from '../../client/nodrift.ts';
import type { CaseKind } from '../../domain/case/model.ts';
import { changeStaff, DirectoryRefused, directoryOf, staffMember, syncDirectory } from '../../record/directory.ts';
import {
  beginReallocation,
  casesNaming,
  directoryProgress,
  reallocation,
  reallocationAnswers,
} from '../../record/directory-work.ts';
import type { OpenRecord } from '../../record/open.ts';
import { type DirectoryDeps, directoryFaults } from './directory-routes.ts';

const PAGE = 500;

export function servedDirectory(record: OpenRecord, nodrift: Nodrift): DirectoryDeps {
  /** Changed first, told then: killed in between, what is left is told by the same request sent again, or by a worker that starts. */
  async function telling<T>(authority: string, change: Promise<T>): Promise<T> {
    const changes = await change.catch((error: unknown) => {
      throw error instanceof DirectoryRefused ? directoryFaults(error.faults) : error;
    });
    if ((await directoryProgress(record, authority)).left > 0) await tellCasesOfStaff(nodrift.client, authority);
    return changes;
  }

  return {
    list: (authority) => directoryOf(record, authority),
    member: (authority, id) => staffMember(record, authority, id),
    sync: (authority, list, options) => telling(authority, syncDirectory(record, authority, list, options)),
    change: (authority, id, change) => telling(authority, changeStaff(record, authority, id, change)),
    progress: (authority) => directoryProgress(record, authority),
    async casesOf(authority, from) {
      const theirs: string[] = [];
      for (let page: readonly string[] = [''], after = ''; page.length > 0; after = page.at(-1) ?? after) {
        page = await casesNaming(record, { authority, from }, after, PAGE);
        for (const caseId of page) if (await isWith(nodrift, caseId, from)) theirs.push(caseId);
      }
      return theirs;
    },
    async reallocate(wish) {
      const begun = await beginReallocation(record, wish);
      await handOverCases(nodrift.client, begun.id);
      return begun;
    },
    reallocation: (id) => reallocation(record, id),
    handedOver: (id) => reallocationAnswers(record, id),
  };
}

async function isWith(nodrift: Nodrift, caseId: string, staff: string): Promise<boolean> {
  const [kind, ref] = caseId.split('/') as [CaseKind, string];
  try {
    return (await nodrift.people({ kind, ref })).find(({ socialWorker }) => socialWorker)?.staff === staff;
  } catch (error) {
    if (error instanceof CaseNotFound) return false;
    throw error;
  }
}
