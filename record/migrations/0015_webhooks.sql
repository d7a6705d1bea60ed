-- What is told to other systems: an outbox in the order of each case, who listens, and what each listener has still to get.
CREATE TABLE "webhook_cases" (
	"case_id" text PRIMARY KEY NOT NULL,
	"last" bigint NOT NULL,
	"ended" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_said" (
	"case_id" text NOT NULL,
	"what" text NOT NULL,
	CONSTRAINT "webhook_said_case_id_what_pk" PRIMARY KEY("case_id","what")
);
--> statement-breakpoint
CREATE TABLE "webhook_events" (
	"position" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL UNIQUE,
	"case_id" text NOT NULL,
	"authority" text NOT NULL,
	"type" text NOT NULL,
	"sequence" bigint NOT NULL,
	"event" jsonb,
	"duty" jsonb,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_events_case" ON "webhook_events" ("case_id","sequence") WHERE "case_id" <> '';
--> statement-breakpoint
CREATE INDEX "webhook_events_authority" ON "webhook_events" ("authority","position");
--> statement-breakpoint
CREATE TABLE "webhook_subscriptions" (
	"id" text PRIMARY KEY NOT NULL,
	"authority" text NOT NULL,
	"url" text NOT NULL,
	"types" text[] NOT NULL,
	"secret" text NOT NULL,
	"old_secret" text,
	"old_until" timestamp with time zone,
	"state" text DEFAULT 'active' NOT NULL,
	"by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"taken_at" timestamp with time zone,
	"failing_since" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"code" text,
	"next_try_at" timestamp with time zone,
	"busy_until" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "webhook_subscriptions_authority" ON "webhook_subscriptions" ("authority");
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"subscription" text NOT NULL,
	"position" bigint NOT NULL,
	"case_id" text NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"first_tried_at" timestamp with time zone,
	"next_try_at" timestamp with time zone DEFAULT now() NOT NULL,
	"code" text,
	CONSTRAINT "webhook_deliveries_subscription_position_pk" PRIMARY KEY("subscription","position")
);
--> statement-breakpoint
CREATE INDEX "webhook_deliveries_case" ON "webhook_deliveries" ("subscription","case_id","position") WHERE "state" = 'waiting';
--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" ("next_try_at") WHERE "state" <> 'over';
--> statement-breakpoint
-- What is late is looked for every minute: of all duties only those that are open.
CREATE INDEX "duties_open" ON "duties" ("due") WHERE "done" is null and not "lapsed" and not "withdrawn";
--> statement-breakpoint
-- A plan that has ended before is not told of as ending now.
INSERT INTO "webhook_cases" ("case_id", "last", "ended") SELECT "id", 0, true FROM "cases" WHERE "status" <> 'open' AND NOT "rehearsal";
