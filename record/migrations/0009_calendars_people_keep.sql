CREATE TABLE "calendar_entries" (
  "token" text PRIMARY KEY,
  "case_id" text NOT NULL,
  "meeting" text NOT NULL,
  "person" text NOT NULL,
  "reader" text NOT NULL,
  "start" text NOT NULL,
  "minutes" integer NOT NULL,
  "venue" text,
  "sequence" integer NOT NULL,
  "cancelled" boolean NOT NULL,
  "known" timestamp with time zone NOT NULL,
  "answered" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "calendar_entries_reader" ON "calendar_entries" ("reader", "start");
--> statement-breakpoint
CREATE TABLE "calendar_feeds" (
  "reader" text PRIMARY KEY,
  "authority" text NOT NULL,
  "token" text NOT NULL UNIQUE,
  "since" timestamp with time zone NOT NULL DEFAULT now()
);
