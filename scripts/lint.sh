#!/usr/bin/env bash
# lint.sh changed|all: layers, format of every file, clang-tidy on the sources changed in the last five commits (or on all).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly MOST=24
scripts/check_layers.py
git ls-files '*.cc' '*.h' | xargs clang-format-19 --dry-run --Werror
shell=$(git ls-files '*.sh' .ci/run)
for file in $shell; do bash -n "$file"; done

scripts/build.sh release bookreco_pch
if [[ ${1:-changed} == all ]]; then
  mapfile -t sources < <(git ls-files 'src/*.cc' ':!:*_test.cc')
else
  base=$(git rev-parse -q --verify HEAD~5 || git hash-object -t tree /dev/null)
  mapfile -t sources < <(git diff --name-only --diff-filter=d "$base" -- 'src/*.cc' ':!:*_test.cc')
  if [[ ${#sources[@]} -gt $MOST ]]; then
    echo "clang-tidy: ${#sources[@]} sources changed, $MOST of them are read here; \`lint.sh all\` reads all"
    sources=("${sources[@]:0:$MOST}")
  fi
fi
[[ ${#sources[@]} -eq 0 ]] && exit 0
echo "clang-tidy on ${#sources[@]} sources"
python3 scripts/tidy_database.py build/release build/tidy
printf '%s\n' "${sources[@]}" | xargs -P2 -n1 clang-tidy-19 --quiet -p build/tidy
