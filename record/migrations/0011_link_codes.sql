-- Codes that were mailed for an answer by a link: hashed, for one answer, for ten minutes, three tries.
CREATE TABLE "link_codes" (
	"answer" text PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL
);
