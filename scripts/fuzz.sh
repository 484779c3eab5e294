#!/usr/bin/env bash
# fuzz.sh SECONDS: searches with every fuzz target for so long each, from its corpus.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failed=0
for target in build/fuzz/fuzz/*_fuzz; do
  name=$(basename "$target")
  found=build/fuzz/found/$name
  mkdir -p "$found"
  "$target" -max_total_time="${1:-60}" -rss_limit_mb=2048 -max_len=65536 -artifact_prefix="$found/" "$found" "fuzz/corpus/$name" || failed=1
done
exit "$failed"
