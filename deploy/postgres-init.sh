#!/bin/sh
# Makes the roles and databases, once, when the volume is empty: Temporal's two, Nodrift's own and that of its keys, each with an owner who sees no
# other's.
# Runs inside the Postgres image before it listens on the network.
set -eu

psql -v ON_ERROR_STOP=1 --no-psqlrc --username postgres --dbname postgres \
  -v temporal_password="$(cat "${SECRETS:-/run/secrets}/temporal_password")" \
  -v nodrift_password="$(cat "${SECRETS:-/run/secrets}/nodrift_password")" \
  -v keys_password="$(cat "${SECRETS:-/run/secrets}/keys_password")" <<'SQL'
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE ROLE nodrift LOGIN PASSWORD :'nodrift_password';
CREATE ROLE nodrift_keys LOGIN PASSWORD :'keys_password';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
CREATE DATABASE nodrift OWNER nodrift;
CREATE DATABASE nodrift_keys OWNER nodrift_keys;
REVOKE ALL ON DATABASE temporal, temporal_visibility, nodrift, nodrift_keys FROM PUBLIC;
SQL
