ALTER TABLE "ledger" ADD COLUMN "destination" text;
--> statement-breakpoint
ALTER TABLE "ledger" ADD COLUMN "reader" text;
--> statement-breakpoint
CREATE INDEX "ledger_reader" ON "ledger" ("reader", "accepted_at") WHERE "reader" IS NOT NULL;
