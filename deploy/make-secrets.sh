#!/bin/sh
# Writes the secrets docker-compose.yml mounts into deploy/secrets/: random passwords, the URLs made of them, and the key ring. What exists is kept.
# SMTP_URL names the mail relay; without it, mail goes to the Mailpit of the compose file.
set -eu

directory=$(dirname "$0")/secrets
mkdir -p "$directory"
# The containers run as other users than the owner of these files, so the folder keeps strangers out, not the files' own modes.
chmod 700 "$directory"

write() {
  if [ -e "$directory/$1" ]; then
    echo "kept $directory/$1"
  else
    printf %s "$2" >"$directory/$1"
    chmod 444 "$directory/$1"
    echo "wrote $directory/$1"
  fi
}

# Letters and digits only, since the password goes into a URL.
password() {
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

write postgres_password "$(password)"
write temporal_password "$(password)"
write nodrift_password "$(password)"
write database_url "postgres://nodrift:$(cat "$directory/nodrift_password")@postgres:5432/nodrift"
write keys_password "$(password)"
write keys_url "postgres://nodrift_keys:$(cat "$directory/keys_password")@postgres:5432/nodrift_keys"
# Keep a copy elsewhere: without it every case is lost (docs/keys.md).
write key_ring "{\"version\":1,\"active\":\"k1\",\"keys\":{\"k1\":\"$(head -c 32 /dev/urandom | base64 | tr -d '\n')\"}}"
write smtp_url "${SMTP_URL:-smtp://mailpit:1025?tls=off}"
