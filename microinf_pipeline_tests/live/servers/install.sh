#!/bin/bash
# Installs the servers of the live tests into a cache folder outside the clone, named by the hash of what is pinned here.
#   install.sh           install what is missing, say what was done
#   install.sh --where   print the cache folder and stop
# env: MICROINF_TEST_SERVERS  parent of the cache folder (default ~/.cache/microinf-test-servers)
#      PYTHON                 interpreter that runs the tests (default the clone's .venv, else python3)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
hash=$(cd "$here" && cat atproto/package.json atproto/package-lock.json axe/package-lock.json dashboard/requirements.txt mastodon_mock/requirements.txt snac.version | sha256sum | cut -c1-16)
cache=${MICROINF_TEST_SERVERS:-$HOME/.cache/microinf-test-servers}/$hash
[ "${1:-}" = --where ] && { echo "$cache"; exit 0; }

python=${PYTHON:-$here/../../../.venv/bin/python}
[ -x "$python" ] || python=$(command -v "$python" || command -v python3)
mkdir -p "$cache"

# install NAME FUNCTION: run the function in an empty folder, and move that into place only when it succeeded
install() {
  if [ -d "$cache/$1" ]; then echo "$1: there already"; return; fi
  local start=$SECONDS
  rm -rf "$cache/$1.part" && mkdir "$cache/$1.part"
  (cd "$cache/$1.part" && "$2")
  mv "$cache/$1.part" "$cache/$1"
  echo "$1: installed in $((SECONDS - start)) s"
}

atproto() {
  cp "$here"/atproto/package.json "$here"/atproto/package-lock.json .
  # better-sqlite3 is the one package whose install script is needed; it compiles against Node's installed headers
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  npm_config_nodedir=/usr npm rebuild better-sqlite3 --loglevel=error
  node -e 'new (require("better-sqlite3"))(":memory:")'
}

snac() {
  local sources=/etc/apt/sources.list.d/debian.sources work options
  [ -r "$sources" ] || { echo "snac comes from Debian bookworm-backports, but there is no $sources" >&2; return 1; }
  work=$(mktemp -d) && mkdir -p "$work"/{parts,lists/partial,cache/archives/partial}
  # the machine's own Debian source with only the suite changed; its apt configuration stays as it is
  awk 'BEGIN{RS=""} /bookworm-updates/' "$sources" | sed 's/^Suites:.*/Suites: bookworm-backports/' >"$work/parts/backports.sources"
  options=(-qq -o Dir::Etc::sourcelist=- -o "Dir::Etc::sourceparts=$work/parts" -o "Dir::State::lists=$work/lists"
    -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update
  apt-get "${options[@]}" download "snac2=$(cat "$here/snac.version")"
  dpkg-deb -x snac2_*.deb . && rm -rf snac2_*.deb "$work"
  test -x usr/bin/snac
}

mastodon_mock() {
  "$python" -m venv .  # scripts are run as `bin/python -m …`, so the folder may be moved
  bin/python -m pip install --quiet --quiet --disable-pip-version-check -r "$here/mastodon_mock/requirements.txt"
  bin/python -c 'import mastodon_mock'
}

axe() {
  cp "$here"/axe/package.json "$here"/axe/package-lock.json .
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
}

dashboard() {
  "$python" -m venv .
  bin/python -m pip install --quiet --quiet --disable-pip-version-check -r "$here/dashboard/requirements.txt"
  bin/python -c 'import duckdb_engine'
}

install atproto atproto
install snac snac
install mastodon_mock mastodon_mock
install axe axe
install dashboard dashboard

if [ -x /usr/bin/chromium ]; then
  echo "chromium: there already"
else
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends chromium >/dev/null
  echo "chromium: installed"
fi
if "$python" -c 'import playwright'; then
  echo "playwright: there already"
else
  echo "playwright is missing from $python: install the project's dev dependencies" >&2
  exit 1
fi
echo "servers in $cache"
