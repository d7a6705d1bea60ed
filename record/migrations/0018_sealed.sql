-- From here on values about people are sealed (record/sealing.ts), and looked up by keyed hashes. Rows of before are sealed when the record is
-- next opened with keys (record/seal-old.ts): the two indexes find those that are left, and are empty afterwards.
CREATE TABLE "case_addresses" (
	"address" text NOT NULL,
	"case_id" text NOT NULL,
	PRIMARY KEY ("address", "case_id")
);
--> statement-breakpoint
CREATE INDEX "case_addresses_case" ON "case_addresses" ("case_id");
--> statement-breakpoint
DROP INDEX "cases_addresses";
--> statement-breakpoint
DROP INDEX "events_addresses";
--> statement-breakpoint
DROP FUNCTION "addresses_in"(jsonb);
--> statement-breakpoint
CREATE INDEX "cases_plain" ON "cases" ("id") WHERE json_typeof("file") <> 'string' OR json_typeof("told") <> 'string';
--> statement-breakpoint
CREATE INDEX "events_plain" ON "events" ("case_id", "id") WHERE jsonb_typeof("event") <> 'string';
--> statement-breakpoint
ALTER TABLE "staff" ADD COLUMN "address_hash" text;
--> statement-breakpoint
ALTER TABLE "staff" ADD COLUMN "shared_hash" text;
--> statement-breakpoint
DROP INDEX "staff_address";
--> statement-breakpoint
CREATE INDEX "staff_address_hash" ON "staff" ("address_hash");
--> statement-breakpoint
CREATE INDEX "staff_shared_hash" ON "staff" ("shared_hash");
--> statement-breakpoint
ALTER TABLE "calendar_feeds" ADD COLUMN "token_hash" text UNIQUE;
--> statement-breakpoint
ALTER TABLE "calendar_feeds" DROP CONSTRAINT "calendar_feeds_token_key";
--> statement-breakpoint
-- Whoever is signed in signs in again: these rows held addresses, and hold stand-ins from here on.
TRUNCATE "sign_in_users", "sign_in_sessions", "sign_in_accounts", "sign_in_verifications";
--> statement-breakpoint
-- Tables that held plain text, until it is out of their files.
CREATE TABLE "to_vacuum" ("name" text PRIMARY KEY NOT NULL);
--> statement-breakpoint
-- A release before would take a sealed secret for a plain one, and send every mail again under other keys. It cannot start on a sealed record.
CREATE FUNCTION "refuse_plain_secret"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT starts_with(NEW."value", 'nd2.') AND EXISTS (SELECT 1 FROM "secrets" WHERE starts_with("value", 'nd2.')) THEN
		RAISE EXCEPTION 'this record is sealed: a release that cannot read it must not use it';
	END IF;
	RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "no_plain_secret" BEFORE INSERT ON "secrets" FOR EACH ROW EXECUTE FUNCTION "refuse_plain_secret"();
