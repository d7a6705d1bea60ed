ALTER TABLE "ledger" ADD COLUMN "together" text;
--> statement-breakpoint
CREATE INDEX "ledger_together" ON "ledger" ("together") WHERE "together" IS NOT NULL;
--> statement-breakpoint
CREATE INDEX "cases_family" ON "cases" ("authority", "family") WHERE "family" IS NOT NULL;
