#!/usr/bin/env bash
# Installs what the project needs from the release's own packages: `setup.sh run` to build and run, `setup.sh test` for the
# tests too. Asks nothing, never removes a package, does nothing when all is there. Needs root or sudo.
set -euo pipefail
readonly NEED=${1:-run}
readonly TABLE=$(dirname "${BASH_SOURCE[0]}")/packages.tsv

column() {  # the table's column for this release
  . /etc/os-release
  case ${VERSION_CODENAME:-} in
  bookworm) echo 2 ;;
  trixie) echo 3 ;;
  noble) echo 4 ;;
  *)
    echo "setup: ${PRETTY_NAME:-this system} is not Debian 12, Debian 13 or Ubuntu 24.04;" \
      "install the packages of $TABLE under your system's names, then run make with SETUP=no" >&2
    exit 69
    ;;
  esac
}

wanted() {
  awk -F'\t' -v column="$1" -v need="$NEED" '
    /^#/ || NF == 0 { next }
    $1 == "run" || $1 == need { name = ""; for (i = 2; i <= column; ++i) if ($i != "=") name = $i; print name }' "$TABLE"
}

is_there() {  # npm counts as there when another package of Node.js brought it
  [[ -n ${installed[$1]:-} ]] || { [[ $1 == npm ]] && command -v npm >/dev/null; }
}

declare -A installed=()
while read -r package; do installed[$package]=yes; done < <(
  dpkg-query -W -f='${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p')
column=$(column)
packages=()
for package in $(wanted "$column"); do
  is_there "$package" || packages+=("$package")
done
if [[ ${#packages[@]} -eq 0 ]]; then
  exit 0
fi
as_root=()
if [[ $(id -u) -ne 0 ]]; then
  command -v sudo >/dev/null || { echo "setup: needs root or sudo to install: ${packages[*]}" >&2; exit 77; }
  as_root=(sudo)
fi
echo "setup: installing ${#packages[@]} packages: ${packages[*]}"
log=$(mktemp)
run() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@" </dev/null >>"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    echo "setup: '$*' failed; nothing was removed. The whole log: $log" >&2
    exit 69
  }
}
run apt-get -q update
run apt-get -q install -y --no-remove --no-install-recommends "${packages[@]}"
rm -f "$log"
