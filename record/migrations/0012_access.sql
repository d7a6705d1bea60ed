-- Keys of services: what each may do, and the hashes of its secrets, two of them while it is rotated.
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"scopes" jsonb NOT NULL,
	"authorities" jsonb,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	"made_by" text NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "api_key_secrets" (
	"hash" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL REFERENCES "api_keys" ("id"),
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	"until" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "api_key_secrets_key" ON "api_key_secrets" ("key");
--> statement-breakpoint
-- Who did or read what. Each row's hash is over its own words and the hash of the row before it.
CREATE TABLE "audit" (
	"number" bigint PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"who" text NOT NULL,
	"did" text NOT NULL,
	"what" text NOT NULL,
	"outcome" text NOT NULL,
	"address" text NOT NULL,
	"request" text NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE INDEX "audit_at" ON "audit" ("at");
--> statement-breakpoint
CREATE INDEX "audit_who" ON "audit" ("who", "number");
--> statement-breakpoint
CREATE INDEX "audit_what" ON "audit" ("what", "number");
--> statement-breakpoint
-- The last row: whoever appends holds it, so that numbers and hashes go on without a gap; and rows taken off the end are missed.
CREATE TABLE "audit_head" ("name" text PRIMARY KEY NOT NULL, "number" bigint NOT NULL, "hash" text NOT NULL);
--> statement-breakpoint
INSERT INTO "audit_head" VALUES ('audit', 0, '');
--> statement-breakpoint
CREATE FUNCTION "audit_is_append_only"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the audit is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
--> statement-breakpoint
CREATE TRIGGER "audit_keeps_rows" BEFORE UPDATE OR DELETE ON "audit" FOR EACH ROW EXECUTE FUNCTION "audit_is_append_only"();
--> statement-breakpoint
CREATE TRIGGER "audit_keeps_all" BEFORE TRUNCATE ON "audit" FOR EACH STATEMENT EXECUTE FUNCTION "audit_is_append_only"();
