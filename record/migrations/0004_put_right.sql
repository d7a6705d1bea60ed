-- Both versions of what was put right stay; which stands is said beside them.
ALTER TABLE "events" ADD COLUMN "standing" text NOT NULL DEFAULT 'stands' CHECK ("standing" IN ('stands', 'replaced', 'withdrawn'));
--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "put_right_by" text;
--> statement-breakpoint
-- Done or lapsed, and by a correction never owed: no indicator counts it.
ALTER TABLE "duties" ADD COLUMN "withdrawn" boolean NOT NULL DEFAULT false;
