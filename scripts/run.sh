#!/usr/bin/env bash
# run.sh SAMPLE…: from a fresh machine to a served sample, each step with its time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

step() {  # step N TITLE COMMAND…
  local number=$1 title=$2 start=$EPOCHREALTIME
  shift 2
  printf '[%s/3] %s\n' "$number" "$title"
  "$@"
  awk -v start="$start" -v end="$EPOCHREALTIME" 'BEGIN { printf "      done in %.1f s\n", end - start }'
}

step 1 'packages' env SETUP="${SETUP:-yes}" make --no-print-directory setup
step 2 'program' scripts/build.sh release bookreco
printf '[3/3] catalogue and server\n'
exec build/bookreco up --load-if-empty "$@"
