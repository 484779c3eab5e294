#!/usr/bin/env bash
# test.sh short|long: runs the tiers one after the other, goes on after a failure, and ends with one summary.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly LENGTH=${1:-short}
readonly LOGS=build/test-logs
mkdir -p "$LOGS"
export BOOKRECO_TEST_LENGTH=$LENGTH

names=() verdicts=() passed=0 failed=0

tier() {  # tier NAME COMMAND…
  local name=$1 start=$SECONDS log=$LOGS/$1.log verdict
  shift
  printf '== %s\n' "$name"
  if "$@" >"$log" 2>&1; then verdict=passed; else verdict=FAILED; fi
  count "$name" "$log" "$verdict"
  printf '   %s in %s s\n' "$verdict" $((SECONDS - start))
  if [[ $verdict == FAILED ]]; then
    grep -E '(\*\*\*Failed|FAILED|error:|Error|not ok|Assertion|: Failure)' "$log" | head -n 40
    tail -n 40 "$log"
  fi
  grep -E '(SKIPPED|\*\*\*Skipped|skipped ")' "$log" | sort -u | head -n 10 | sed 's/^/   skipped: /'
  names+=("$name") verdicts+=("$verdict in $((SECONDS - start)) s")
}

count() {  # adds what the tier's own runner counted: ctest, unittest or node; a tier without a count is one check
  local total bad
  total=$(sed -nE 's/.*tests passed, [0-9]+ tests failed out of ([0-9]+).*/\1/p; s/^Ran ([0-9]+) tests? in.*/\1/p; s/^# tests ([0-9]+)$/\1/p' "$2" |
    awk '{ n += $1 } END { print n + 0 }')
  bad=$(sed -nE 's/.*tests passed, ([0-9]+) tests failed out of.*/\1/p; s/^# fail ([0-9]+)$/\1/p; s/^FAILED \((failures|errors)=([0-9]+).*/\2/p' "$2" |
    awk '{ n += $1 } END { print n + 0 }')
  [[ $total -eq 0 ]] && total=1
  [[ $3 == FAILED && $bad -eq 0 ]] && bad=1
  passed=$((passed + total - bad)) failed=$((failed + bad))
}

unit() {  # unit PRESET LABELS
  ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1 \
    UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 \
    TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:suppressions=$PWD/tests/tsan.suppressions \
    ctest --test-dir "build/$1" -L "$2" -j2 --output-on-failure --no-tests=error
}

tier lint scripts/lint.sh "$([[ $LENGTH == long ]] && echo all || echo changed)"
tier build-release scripts/build.sh release all
tier unit unit release '^(unit|conformance)$'
tier build-asan scripts/build.sh asan all
tier unit-asan unit asan '^(unit|conformance|fuzz)$'
tier system python3 -m unittest discover -s tests/system -p 'test_*.py' -v
# Debian's Python, which has its python3-pil.
tier shop /usr/bin/python3 -m unittest discover -s tests/shop -t . -v
tier e2e scripts/e2e.sh
if [[ $LENGTH == long ]]; then
  tier build-tsan scripts/build.sh tsan all
  tier unit-tsan unit tsan '^unit$'
  tier build-fuzz scripts/build.sh fuzz all
  tier fuzz scripts/fuzz.sh 300
fi

printf '\n%-16s %s\n' tier result
for i in "${!names[@]}"; do printf '%-16s %s\n' "${names[$i]}" "${verdicts[$i]}"; done
printf '\n%s passed, %s failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
