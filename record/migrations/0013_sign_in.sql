CREATE TABLE "sign_in_users" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL UNIQUE,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_in_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"token" text NOT NULL UNIQUE,
	"user_id" text NOT NULL REFERENCES "sign_in_users"("id") ON DELETE CASCADE,
	"expires_at" timestamp with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"claims" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "sign_in_sessions_user" ON "sign_in_sessions" ("user_id");
--> statement-breakpoint
CREATE TABLE "sign_in_accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL REFERENCES "sign_in_users"("id") ON DELETE CASCADE,
	"provider_id" text NOT NULL,
	"account_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "sign_in_accounts_user" ON "sign_in_accounts" ("user_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "sign_in_accounts_subject" ON "sign_in_accounts" ("provider_id", "account_id");
--> statement-breakpoint
CREATE TABLE "sign_in_verifications" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "sign_in_verifications_identifier" ON "sign_in_verifications" ("identifier");
--> statement-breakpoint
CREATE TABLE "sign_in_tries" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
-- The addresses that a case's file or an event gives people, wherever in it: which cases name somebody is found by an index, also for cases
-- that were opened before this release.
CREATE FUNCTION "addresses_in"(said jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT coalesce(array_agg(DISTINCT lower(btrim(address #>> '{}'))), '{}')
	FROM jsonb_path_query(said, '$.**.email') AS address
$$;
--> statement-breakpoint
CREATE INDEX "cases_addresses" ON "cases" USING gin ("addresses_in"("file"::jsonb));
--> statement-breakpoint
CREATE INDEX "events_addresses" ON "events" USING gin ("addresses_in"("event"));
