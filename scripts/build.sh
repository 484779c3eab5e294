#!/usr/bin/env bash
# build.sh PRESET TARGET…: configures once, builds, leaves the release program at build/bookreco.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly PRESET=$1
shift
if [[ ! -f build/$PRESET/build.ninja ]]; then
  mkdir -p build
  tests=ON
  [[ -d /usr/include/gtest ]] || tests=OFF
  cmake --preset "$PRESET" -DBOOKRECO_TESTS=$tests >"build/configure-$PRESET.log" 2>&1 || {
    tail -n 30 "build/configure-$PRESET.log" >&2
    exit 70
  }
fi
NINJA_STATUS='  [%f/%t] ' ninja -C "build/$PRESET" --quiet "$@"
if [[ $PRESET == release ]]; then
  ln -sfn release/src/app/bookreco build/bookreco
fi
