#!/bin/sh
# Waits until Temporal is really serving, not only listening, then makes the namespace and its search attributes. Safe to run again.
# The address and the namespace come from TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, which the temporal command reads itself.
set -eu

attempts=60
until temporal operator cluster health >/dev/null 2>&1; do
  attempts=$((attempts - 1))
  if [ "$attempts" -eq 0 ]; then
    echo "Temporal at $TEMPORAL_ADDRESS is not serving" >&2
    temporal operator cluster health
    exit 1
  fi
  sleep 2
done

# Creating a namespace that exists is an error; creating a search attribute that exists is not.
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "${TEMPORAL_RETENTION:-30d}"

# A new namespace takes a moment to reach every part of the server.
attempts=30
until temporal operator search-attribute create \
  --name NodriftAuthority --type Keyword \
  --name NodriftTeam --type Keyword \
  --name NodriftFamily --type Keyword \
  --name NodriftKind --type Keyword \
  --name NodriftNextLimit --type Datetime \
  --name NodriftLate --type KeywordList \
  --name NodriftPolicy --type Keyword; do
  attempts=$((attempts - 1))
  [ "$attempts" -gt 0 ] || exit 1
  sleep 2
done

echo "namespace $TEMPORAL_NAMESPACE and its search attributes are ready"
