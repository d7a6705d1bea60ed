-- Caseloads that are brought in: an import, and a row for each case of it. What a row says is taken out as soon as its case is open.
CREATE TABLE "imports" (
	"id" text PRIMARY KEY NOT NULL,
	"who" text NOT NULL,
	"dry_run" boolean NOT NULL,
	"state" text NOT NULL,
	"began" timestamp with time zone DEFAULT now() NOT NULL,
	"done" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "import_rows" (
	"import" text NOT NULL REFERENCES "imports"("id") ON DELETE cascade,
	"number" integer NOT NULL,
	"sheet" text NOT NULL,
	"row" integer NOT NULL,
	"ref" text NOT NULL,
	"said" json,
	"there_before" boolean,
	"outcome" text,
	"faults" json,
	CONSTRAINT "import_rows_import_number_pk" PRIMARY KEY("import","number")
);
--> statement-breakpoint
CREATE INDEX "import_rows_left" ON "import_rows" USING btree ("import","number") WHERE "outcome" is null;
