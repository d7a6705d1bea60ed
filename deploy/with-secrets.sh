#!/bin/sh
# Runs a command with every NAME_FILE=/run/secrets/… of the environment turned into NAME=contents of that file, so that secrets stay out
# of the compose file, of `docker inspect` and of image layers.
set -eu

for name in $(env | sed -n 's|^\([A-Z][A-Z0-9_]*\)_FILE=/run/secrets/.*|\1|p'); do
  # These two mean a path to those who read them.
  case $name in TEMPORAL_CONFIG | SSL_CERT) continue ;; esac
  eval "path=\$${name}_FILE"
  if [ ! -r "$path" ]; then
    echo "${name}_FILE names $path, which this user cannot read; deploy/make-secrets.sh writes the secrets" >&2
    exit 1
  fi
  export "$name=$(cat "$path")"
  unset "${name}_FILE"
done

exec "$@"
