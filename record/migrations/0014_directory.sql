-- The staff of each authority. Who has left stays, inactive.
CREATE TABLE "staff" (
	"authority" text NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"manager" text,
	"agency" text,
	"address" text,
	"shared_mailbox" text,
	"telephone" text,
	"team" text,
	"rights" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"edition" integer DEFAULT 1 NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	PRIMARY KEY ("authority", "id")
);
--> statement-breakpoint
CREATE INDEX "staff_address" ON "staff" (lower("address"));
--> statement-breakpoint
-- Who of a case is whom of the directory, and up to which edition of them the case was told.
CREATE TABLE "staff_named" (
	"case_id" text NOT NULL,
	"person" text NOT NULL,
	"authority" text NOT NULL,
	"staff" text NOT NULL,
	"told" integer NOT NULL,
	"fault" text,
	PRIMARY KEY ("case_id", "person")
);
--> statement-breakpoint
CREATE INDEX "staff_named_staff" ON "staff_named" ("authority", "staff");
--> statement-breakpoint
-- All cases of one worker go to another, and what became of each.
CREATE TABLE "reallocations" (
	"id" text PRIMARY KEY NOT NULL,
	"authority" text NOT NULL,
	"from" text NOT NULL,
	"to" text NOT NULL,
	"reason" text,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"done_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "reallocated" (
	"reallocation" text NOT NULL REFERENCES "reallocations" ("id"),
	"case_id" text NOT NULL,
	"outcome" text NOT NULL,
	"why" text,
	PRIMARY KEY ("reallocation", "case_id")
);
