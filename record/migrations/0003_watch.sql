CREATE TABLE "watch" (
  "name" text PRIMARY KEY,
  "holder" text,
  "lease_until" timestamp with time zone,
  "looked_at" timestamp with time zone,
  "mailed_at" timestamp with time zone,
  "examined" text NOT NULL DEFAULT ''
);
--> statement-breakpoint
CREATE TABLE "alerts" (
  "case_id" text NOT NULL,
  "what" text NOT NULL,
  "detail" text,
  "said_by_case" boolean NOT NULL,
  "since" timestamp with time zone NOT NULL DEFAULT now(),
  "seen_at" timestamp with time zone NOT NULL DEFAULT now(),
  "logged" boolean NOT NULL DEFAULT false,
  "mailed_at" timestamp with time zone,
  PRIMARY KEY ("case_id", "what")
);
--> statement-breakpoint
CREATE TABLE "agreements" (
  "case_id" text PRIMARY KEY,
  "run_id" text NOT NULL,
  "history_length" integer NOT NULL,
  "events" integer NOT NULL,
  "revision" integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX "events_recorded" ON "events" ("recorded_at");
--> statement-breakpoint
ALTER TABLE "ledger" ADD COLUMN "tellings" integer NOT NULL DEFAULT 0;
