LOCK TABLE "ledger" IN ACCESS EXCLUSIVE MODE;
--> statement-breakpoint
CREATE TABLE "mails" (
  "key" text PRIMARY KEY,
  "message_id" text NOT NULL,
  "round" boolean NOT NULL DEFAULT false,
  "state" text NOT NULL,
  "attempts" integer NOT NULL DEFAULT 0,
  "resends" integer NOT NULL DEFAULT 0,
  "fence" integer NOT NULL DEFAULT 0,
  "lease_until" timestamptz,
  "not_before" timestamptz NOT NULL,
  "next_try_at" timestamptz NOT NULL,
  "code" text,
  "server_reply_hash" text,
  "server_message_id" text,
  "accepted_at" timestamptz,
  "composed" text,
  "composed_of" text,
  "destination" text,
  "reader" text,
  "created_at" timestamptz NOT NULL DEFAULT now()
);
--> statement-breakpoint
CREATE INDEX "mails_due" ON "mails" ("next_try_at") WHERE "state" NOT IN ('ACCEPTED', 'REFUSED', 'DROPPED');
--> statement-breakpoint
CREATE INDEX "mails_reader" ON "mails" ("reader", "accepted_at") WHERE "reader" IS NOT NULL;
--> statement-breakpoint
CREATE TABLE "notices" (
  "key" text PRIMARY KEY,
  "case_id" text NOT NULL,
  "notice" text NOT NULL,
  "recipient" text NOT NULL,
  "kind" text NOT NULL,
  "duty" text,
  "payload" jsonb,
  "reader" text,
  "destination" text,
  "round" boolean NOT NULL DEFAULT false,
  "not_before" timestamptz NOT NULL,
  "withdrawn_at" timestamptz,
  -- A notice and its mail are written by two statements of one transaction.
  "mail" text REFERENCES "mails" ("key") DEFERRABLE INITIALLY DEFERRED,
  "reported" boolean NOT NULL DEFAULT true,
  "tellings" integer NOT NULL DEFAULT 0,
  "tell_at" timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT now()
);
--> statement-breakpoint
CREATE INDEX "notices_case" ON "notices" ("case_id");
--> statement-breakpoint
CREATE INDEX "notices_mail" ON "notices" ("mail");
--> statement-breakpoint
CREATE INDEX "notices_waiting" ON "notices" ("reader", "not_before") WHERE "mail" IS NULL AND "withdrawn_at" IS NULL;
--> statement-breakpoint
CREATE INDEX "notices_untold" ON "notices" ("tell_at") WHERE NOT "reported";
--> statement-breakpoint
-- Each row becomes a notice and its mail, under the same key. What had not gone of siblings' joint mails becomes one mail: the first's, as it would have been.
INSERT INTO "mails" ("key", "message_id", "state", "attempts", "resends", "fence", "lease_until", "not_before", "next_try_at", "code",
    "server_reply_hash", "server_message_id", "accepted_at", "destination", "reader", "created_at")
  SELECT "key", "message_id", "state", "attempts", "resends", "fence", "lease_until", "not_before", "next_try_at", "code",
    "server_reply_hash", "server_message_id", "accepted_at", "destination", "reader", "created_at"
  FROM (
    SELECT *, first_value("key") OVER (
      PARTITION BY coalesce(CASE WHEN "payload" IS NOT NULL THEN "together" END, "key") ORDER BY "case_id", "key") AS "first"
    FROM "ledger"
  ) AS "grouped"
  WHERE "key" = "first";
--> statement-breakpoint
INSERT INTO "notices" ("key", "case_id", "notice", "recipient", "kind", "duty", "payload", "reader", "destination", "not_before", "mail",
    "reported", "tellings", "tell_at", "created_at")
  SELECT "key", "case_id", "notice", "recipient", "kind", "duty", "payload", "reader", "destination", "not_before",
    first_value("key") OVER (
      PARTITION BY coalesce(CASE WHEN "payload" IS NOT NULL THEN "together" END, "key") ORDER BY "case_id", "key"),
    "reported", "tellings", CASE WHEN NOT "reported" THEN "next_try_at" END, "created_at"
  FROM "ledger";
--> statement-breakpoint
-- The table "ledger" stays for workers of the release before, which run beside this one during a roll-out and write into it: a letter-box. What is put in
-- goes on to the tables above, and is parked here so that they neither claim nor miss it. A later release drops it.
UPDATE "ledger" SET "payload" = NULL, "reported" = true, "together" = NULL;
--> statement-breakpoint
UPDATE "ledger" SET "state" = 'DEFERRED', "not_before" = '9999-12-31', "next_try_at" = '9999-12-31'
  WHERE "state" IN ('PLANNED', 'DEFERRED', 'UNKNOWN');
--> statement-breakpoint
CREATE FUNCTION "ledger_posted"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "notices" WHERE "key" = NEW."key") THEN
    INSERT INTO "mails" ("key", "message_id", "state", "not_before", "next_try_at", "destination", "reader")
      VALUES (NEW."key", NEW."message_id", 'PLANNED', NEW."not_before", NEW."not_before", NEW."destination", NEW."reader")
      ON CONFLICT DO NOTHING;
    INSERT INTO "notices" ("key", "case_id", "notice", "recipient", "kind", "duty", "payload", "reader", "destination", "not_before", "mail")
      VALUES (NEW."key", NEW."case_id", NEW."notice", NEW."recipient", NEW."kind", NEW."duty", NEW."payload", NEW."reader", NEW."destination",
        NEW."not_before", NEW."key")
      ON CONFLICT DO NOTHING;
  END IF;
  NEW."state" := 'DEFERRED';
  NEW."not_before" := '9999-12-31';
  NEW."next_try_at" := '9999-12-31';
  NEW."payload" := NULL;
  RETURN NEW;
END $$;
--> statement-breakpoint
-- A worker that had a mail under way when the tables changed may still renew its lease and write down the result, and claims nothing more.
CREATE FUNCTION "ledger_settled"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."fence" <> OLD."fence" THEN
    RETURN NULL;
  END IF;
  IF OLD."state" = 'SENDING' THEN
    UPDATE "mails" SET "state" = NEW."state", "lease_until" = NEW."lease_until", "next_try_at" = NEW."next_try_at", "code" = NEW."code",
        "server_reply_hash" = NEW."server_reply_hash", "server_message_id" = NEW."server_message_id", "accepted_at" = NEW."accepted_at"
      WHERE "key" = NEW."key" AND "fence" = OLD."fence" AND "state" = 'SENDING';
    IF FOUND AND NEW."state" IN ('ACCEPTED', 'REFUSED') THEN
      UPDATE "notices" SET "payload" = NULL, "reported" = NEW."state" = 'ACCEPTED', "tell_at" = NEW."next_try_at" WHERE "mail" = NEW."key";
    END IF;
    IF NEW."state" IN ('DEFERRED', 'UNKNOWN') THEN
      NEW."state" := 'DEFERRED';
      NEW."next_try_at" := '9999-12-31';
      NEW."not_before" := '9999-12-31';
    END IF;
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "ledger_posted" BEFORE INSERT ON "ledger" FOR EACH ROW EXECUTE FUNCTION "ledger_posted"();
--> statement-breakpoint
CREATE TRIGGER "ledger_settled" BEFORE UPDATE ON "ledger" FOR EACH ROW EXECUTE FUNCTION "ledger_settled"();
