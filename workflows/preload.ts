// Loaded once per worker instead of once per case: the domain keeps no mutable module state, so cases may share it.
// A cached case then costs its own facts, not its own copy of the schemas and the date library (docs/decisions/004).

import '../domain/calendar.ts';
import '../domain/read-events.ts';
import '../domain/policy.ts';
import '../domain/steps.ts';
import '../domain/accept.ts';
import '../domain/checklists.ts';
import '../domain/moved.ts';
import '../domain/shared.ts';
import '../domain/wording.ts';
