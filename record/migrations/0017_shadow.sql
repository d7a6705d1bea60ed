-- Authorities that run beside their old system: what would be mailed is kept here, and nothing of it is ever sent.
CREATE TABLE "shadows" (
	"authority" text PRIMARY KEY NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"live_at" timestamp with time zone,
	"done_at" timestamp with time zone
);
--> statement-breakpoint
-- Cases of such an authority that people are written to.
CREATE TABLE "live_cases" (
	"case_id" text PRIMARY KEY NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "shadow_notices" (
	"key" text PRIMARY KEY NOT NULL,
	"mail" text NOT NULL,
	"authority" text NOT NULL,
	"case_id" text NOT NULL,
	"recipient" text NOT NULL,
	"kind" text NOT NULL,
	"duty" text,
	"payload" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"withdrawn_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "shadow_notices_mail" ON "shadow_notices" ("authority", "at", "mail");
--> statement-breakpoint
CREATE INDEX "shadow_notices_case" ON "shadow_notices" ("case_id");
