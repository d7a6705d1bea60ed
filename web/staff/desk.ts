// What the pages of people who are signed in stand on: the directory, the record, the cases themselves. Tests put stand-ins here.

import type { LinkKeys } from '../../mail/link-token.ts';
import type { StandingAlert } from '../../record/alerts.ts';
import type { KnownStaff } from '../../record/directory.ts';
import type { CasePlace, Cases as CasesOf, OpenDuty, Standing } from '../../record/naming-cases.ts';
import type { NamedAs } from '../../record/staff-named.ts';
import type { Cases, Setting } from '../setting.ts';
import type { TemporalUi } from '../temporal-views.ts';

/** Somebody of the directory of staff. */
export type StaffMember = Pick<KnownStaff, 'authority' | 'id' | 'name' | 'address' | 'team' | 'rights'>;

/** The directory, as far as pages ask it: whoever has left is not in it. */
export interface StaffDirectory {
  withAddress(address: string): Promise<readonly StaffMember[]>;
  /** Whether several read what comes to an address: nobody signs in by one. */
  isShared(address: string): Promise<boolean>;
  /** Whom somebody manages, and whom those manage. */
  below(member: StaffMember): Promise<readonly StaffMember[]>;
  /** Who of running cases these are, by their ids there. */
  namedAs(members: readonly StaffMember[]): Promise<readonly NamedAs[]>;
}

export interface Desk {
  readonly cases: Pick<Cases, 'owed' | 'people' | 'history'>;
  readonly settingOf: (caseId: string) => Promise<Setting | undefined>;
  readonly keys: LinkKeys;
  readonly directory: StaffDirectory;
  readonly casesNaming: (addresses: readonly string[], authority?: string) => Promise<readonly CasePlace[]>;
  readonly lateIn: (which: CasesOf, today: string, limit: number) => Promise<readonly OpenDuty[]>;
  readonly standingOf: (which: CasesOf | 'all', today: string) => Promise<readonly Standing[]>;
  readonly operations: () => Promise<Operations>;
  /** Where operators look at cases; absent where nobody said. */
  readonly temporalUi?: TemporalUi | undefined;
  /** A keyed hash of an address, for the audit: of whom the directory does not have. */
  readonly hashOf: (address: string) => string;
  readonly now: () => Date;
}

/** How the installation does: ids and figures, no names. */
export interface Operations {
  readonly alerts: readonly StandingAlert[];
  readonly next: readonly { readonly id: string; readonly at: Date }[];
  readonly mails: { readonly mails: number; readonly oldest: Date | null };
  readonly heldBack: number;
  readonly lookedAt: Date | null;
}
