-- What the law asks: cases that were erased for good, what holds an erasure up, and after how many years each authority erases.
CREATE TABLE "erasures" (
	"case_id" text PRIMARY KEY NOT NULL,
	"authority" text,
	"reason" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"ends" boolean DEFAULT false NOT NULL,
	"done_at" timestamp with time zone,
	"events" integer,
	"duties" integer,
	"mails" integer
);
--> statement-breakpoint
CREATE INDEX "erasures_authority" ON "erasures" ("authority", "at");
--> statement-breakpoint
CREATE INDEX "erasures_under_way" ON "erasures" ("at") WHERE "done_at" is null;
--> statement-breakpoint
CREATE TABLE "holds" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"case_id" text NOT NULL,
	"reason" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"released_at" timestamp with time zone,
	"released_by" text
);
--> statement-breakpoint
CREATE UNIQUE INDEX "holds_standing" ON "holds" ("case_id", "reason") WHERE "released_at" is null;
--> statement-breakpoint
CREATE TABLE "retention" (
	"authority" text NOT NULL,
	"number" integer NOT NULL,
	"years" integer,
	"by" text NOT NULL,
	"from" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "retention_authority_number" PRIMARY KEY("authority", "number")
);
--> statement-breakpoint
-- Which cases operators were told of before they are erased, and when.
CREATE TABLE "erasures_ahead" (
	"case_id" text PRIMARY KEY NOT NULL,
	"told_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
-- When a case was closed: years are counted from then. Of those that were closed before, what was last written of them is the nearest that is known.
ALTER TABLE "cases" ADD COLUMN "closed_at" timestamp with time zone;
--> statement-breakpoint
UPDATE "cases" SET "closed_at" = "updated_at" WHERE "status" = 'closed';
--> statement-breakpoint
CREATE INDEX "cases_closed" ON "cases" ("authority", "closed_at") WHERE "status" = 'closed';
