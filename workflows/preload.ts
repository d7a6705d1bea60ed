// Loaded once per worker instead of once per case: the domain keeps no mutable module state, so cases may share it.
// A cached case then costs its own facts, not its own copy of the schemas and the date library (docs/decisions/004).

import '../domain/time/calendar.ts';
import '../domain/case/read-events.ts';
import '../domain/policy/read-policy.ts';
import '../domain/notices/steps.ts';
import '../domain/accept/accept.ts';
import '../domain/accept/provenance.ts';
import '../domain/accept/unknown.ts';
import '../domain/duties/idle-policies.ts';
import '../domain/notices/to-notice.ts';
import '../domain/policy/unfit.ts';
import '../domain/accept/checklists.ts';
import '../domain/duties/moved-limits.ts';
import '../domain/case/shared.ts';
import '../domain/notices/words.ts';
import './answers.ts';
import './size.ts';
import './story.ts';
