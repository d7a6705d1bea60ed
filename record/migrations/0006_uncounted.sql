-- Late before its plan was brought in, or of a case opened in error: no indicator counts it.
ALTER TABLE "duties" ADD COLUMN "uncounted" boolean NOT NULL DEFAULT false;
