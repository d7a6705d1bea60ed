#!/bin/sh
# Brings the schema of Temporal's two databases to the version of this image. Safe to run again: it applies what is missing.
# Needs POSTGRES_SEEDS, POSTGRES_USER and SQL_PASSWORD.
set -eu

schema=${TEMPORAL_SCHEMA:-/etc/temporal/schema/postgresql/v12}

for database in temporal visibility; do
  name=temporal
  [ "$database" = visibility ] && name=temporal_visibility
  tool="temporal-sql-tool --plugin postgres12 --ep $POSTGRES_SEEDS --port ${DB_PORT:-5432} --user $POSTGRES_USER --database $name"
  $tool setup-schema --version 0.0
  $tool update-schema --schema-dir "$schema/$database/versioned"
done
