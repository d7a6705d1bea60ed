CREATE TABLE "limits_moved" (
  "case_id" text NOT NULL REFERENCES "cases" ("id"),
  "event" text NOT NULL,
  "duty" text NOT NULL,
  "was" date,
  "due" date,
  "at" timestamp with time zone NOT NULL,
  PRIMARY KEY ("case_id", "event", "duty")
);
