#!/usr/bin/env bash
# bench.sh: measures speed and memory of a release build, beside peers, in about ten minutes on two cores after the build;
# what it found is in build/bench/report.md and report.json. BOOKS=1000000 makes the large catalogue that large (default
# 100,000). BOOKRECO_TEST_DATA names the folder of real data (furet/raw_output.json.xz); without it generated books stand in.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly BOOKS=${BOOKS:-100000}
readonly OUT=$PWD/build/bench WORK=$PWD/build/bench/work VENV=$PWD/build/bench-venv
readonly PROGRAM=$PWD/build/bookreco BIN=$PWD/build/release/bench
readonly FRENCH=${BOOKRECO_TEST_DATA:+$BOOKRECO_TEST_DATA/furet/raw_output.json.xz}
[[ $BOOKS =~ ^[1-9][0-9]*$ ]] || { echo "bench: BOOKS is \"$BOOKS\": expected a number above 0" >&2; exit 64; }
export PYTHONDONTWRITEBYTECODE=1
failed=0

note() { printf 'bench: %s\n' "$*" | tee -a "$OUT/notes.txt"; }

step() {  # step SECONDS TITLE COMMAND…: a step that fails or runs over its time is noted and the next ones go on
  local limit=$1 title=$2 start=$SECONDS
  shift 2
  printf '\n== %s\n' "$title"
  timeout --kill-after=10 "$limit" "$@" || { note "$title: FAILED after $((SECONDS - start)) s"; failed=1; return 1; }
  printf '   %s s\n' $((SECONDS - start))
}

venv() {  # the peers' own packages, again when the list changes
  local list=bench/peers/requirements.txt
  cmp -s "$list" "$VENV/requirements.txt" && return
  rm -rf "$VENV"
  python3 -m venv "$VENV" && "$VENV/bin/pip" install --quiet --disable-pip-version-check -r "$list" &&
    cp "$list" "$VENV/requirements.txt"
}

load() {  # load NAME FILE…: a fresh data folder with a fitted catalogue
  local data=$WORK/data-$1
  shift
  rm -rf "$data"
  "$PROGRAM" --data "$data" --quiet ingest "$@" && "$PROGRAM" --data "$data" --quiet fit
}
export -f load
export PROGRAM WORK

labels() {  # labels NAME: label precision on the prepared batches of a data folder
  step 120 "label precision, $1" bash -c '"$1"/label_precision "$2"/batches/*/2-prepared.jsonl.zst >"$3"' _ \
    "$BIN" "$WORK/data-$1" "$OUT/labels-$1.json"
}

rm -rf "$OUT"
mkdir -p "$WORK"
scripts/build.sh release bookreco bench/all bare_beast || exit 70
if venv >"$OUT/venv.log" 2>&1; then python=$VENV/bin/python; else
  python=
  note "scikit-learn and FastAPI are left out: their packages could not be installed ($(tail -n 1 "$OUT/venv.log"))"
fi

for program in "$BIN"/*_bench; do
  name=$(basename "$program")
  step 240 "$name" "$program" --benchmark_min_time=0.2 --benchmark_out="$OUT/$name.json" --benchmark_out_format=json
done

serving=french
french=()
if [[ -n $FRENCH && -f $FRENCH ]]; then
  french=(--french "$FRENCH")
else
  note "the French books are left out: BOOKRECO_TEST_DATA does not name a folder with furet/raw_output.json.xz"
  serving=standin
  "$BIN/generate_catalogue" --books 3278 >"$WORK/standin.jsonl"
  step 120 'load 3,278 generated books in their place' bash -c 'load standin "$WORK/standin.jsonl"'
fi
step $((300 + BOOKS / 1000)) "pipeline, $BOOKS generated books" python3 bench/pipeline_bench.py --program "$PROGRAM" \
  "${french[@]}" --generator "$BIN/generate_catalogue" --books "$BOOKS" --work "$WORK" --json "$OUT/pipeline.json"
rm -rf "$WORK/data-generated"
if [[ -n $python && $serving == french ]]; then
  step 240 'scikit-learn on the French books' bash -c '"$1" bench/peers/fit_sklearn.py "$2" --json >"$3"' _ \
    "$python" "$FRENCH" "$OUT/sklearn.json"
fi

step 120 'load the sample' bash -c 'load sample data/sample/books-*.jsonl data/sample/readers.jsonl'
step 120 'memory serving the sample' python3 bench/memory_bench.py --program "$PROGRAM" --data "$WORK/data-sample" \
  --json "$OUT/memory.json"
[[ $serving == french ]] && labels french
labels sample
step 420 'requests per second' python3 bench/http_bench.py --program "$PROGRAM" --data "$WORK/data-$serving" \
  --bare "$BIN/peers/bare_beast" ${python:+--python "$python"} --json "$OUT/http.json"

rm -rf "$WORK"
echo
python3 bench/report.py "$OUT" || failed=1
exit "$failed"
