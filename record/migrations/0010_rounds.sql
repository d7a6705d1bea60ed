-- Each morning round that was completed, by the instant it sent at: without one by nine the watchdog alerts.
CREATE TABLE "rounds" (
	"until" timestamp with time zone PRIMARY KEY,
	"began_at" timestamp with time zone NOT NULL,
	"done_at" timestamp with time zone DEFAULT now() NOT NULL,
	"mails" integer NOT NULL,
	"notices" integer NOT NULL
);
