-- Policies and calendars that authorities have put in force, newest number last; what is shipped counts as number 0.
CREATE TABLE "policies" (
  "authority" text NOT NULL,
  "number" integer NOT NULL,
  "version" text NOT NULL,
  "hash" text NOT NULL,
  -- json and not jsonb: it comes back as it was written, so that its hash stays true.
  "content" json NOT NULL,
  "from" timestamp with time zone NOT NULL DEFAULT now(),
  "by" text NOT NULL,
  PRIMARY KEY ("authority", "number")
);
--> statement-breakpoint
CREATE TABLE "calendars" (
  "authority" text NOT NULL,
  "number" integer NOT NULL,
  "version" text NOT NULL,
  "hash" text NOT NULL,
  "content" json NOT NULL,
  "from" timestamp with time zone NOT NULL DEFAULT now(),
  "by" text NOT NULL,
  PRIMARY KEY ("authority", "number")
);
--> statement-breakpoint
-- What many cases share, once: the policies and calendars they were opened with.
CREATE TABLE "contents" (
  "hash" text PRIMARY KEY,
  "content" json NOT NULL
);
--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "file" json;
--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "opened_policy" text REFERENCES "contents" ("hash");
--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "opened_calendar" text REFERENCES "contents" ("hash");
--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "told" json;
--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "arrival" integer;
--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "known" timestamp with time zone;
