CREATE TABLE "cases" (
  "id" text PRIMARY KEY,
  "ref" text NOT NULL UNIQUE,
  "kind" text NOT NULL,
  "authority" text NOT NULL,
  "team" text,
  "family" text,
  "opening" text NOT NULL,
  "rehearsal" boolean NOT NULL,
  "status" text NOT NULL,
  "events" integer NOT NULL,
  "revision" integer NOT NULL,
  "policy" text NOT NULL,
  "next_step_at" timestamp with time zone,
  "next_step_summary" text,
  "updated_at" timestamp with time zone NOT NULL DEFAULT now()
);
--> statement-breakpoint
CREATE INDEX "cases_next_step" ON "cases" ("next_step_at");
--> statement-breakpoint
CREATE INDEX "cases_authority" ON "cases" ("authority", "status");
--> statement-breakpoint
CREATE TABLE "events" (
  "case_id" text NOT NULL REFERENCES "cases" ("id"),
  "id" text NOT NULL,
  "type" text NOT NULL,
  "on" date NOT NULL,
  "by" text NOT NULL,
  "recorded_at" timestamp with time zone NOT NULL,
  "event" jsonb NOT NULL,
  PRIMARY KEY ("case_id", "id")
);
--> statement-breakpoint
CREATE TABLE "duties" (
  "case_id" text NOT NULL REFERENCES "cases" ("id"),
  "key" text NOT NULL,
  "meeting" text,
  "owner" text NOT NULL,
  "arises" date NOT NULL,
  "due" date,
  "book_by" date,
  "target" date,
  "done" date,
  "lapsed" boolean NOT NULL,
  "rules" jsonb NOT NULL,
  "events" integer NOT NULL,
  "revision" integer NOT NULL,
  PRIMARY KEY ("case_id", "key")
);
--> statement-breakpoint
CREATE INDEX "duties_due" ON "duties" ("due");
--> statement-breakpoint
CREATE TABLE "ledger" (
  "key" text PRIMARY KEY,
  "case_id" text NOT NULL,
  "notice" text NOT NULL,
  "recipient" text NOT NULL,
  "kind" text NOT NULL,
  "duty" text,
  "message_id" text NOT NULL,
  "state" text NOT NULL CHECK ("state" IN ('PLANNED', 'SENDING', 'ACCEPTED', 'DEFERRED', 'UNKNOWN', 'REFUSED')),
  "attempts" integer NOT NULL DEFAULT 0,
  "resends" integer NOT NULL DEFAULT 0,
  "fence" integer NOT NULL DEFAULT 0,
  "lease_until" timestamp with time zone,
  "not_before" timestamp with time zone NOT NULL,
  "next_try_at" timestamp with time zone NOT NULL,
  "code" text,
  "reported" boolean NOT NULL DEFAULT true,
  "server_reply_hash" text,
  "server_message_id" text,
  "accepted_at" timestamp with time zone,
  "payload" jsonb,
  "created_at" timestamp with time zone NOT NULL DEFAULT now()
);
--> statement-breakpoint
CREATE INDEX "ledger_case" ON "ledger" ("case_id");
--> statement-breakpoint
CREATE INDEX "ledger_due" ON "ledger" ("state", "next_try_at");
--> statement-breakpoint
CREATE TABLE "secrets" (
  "name" text PRIMARY KEY,
  "value" text NOT NULL
);
