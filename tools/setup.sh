#!/usr/bin/env bash
# Installs what building and testing need and is not there yet. Asks nothing; does nothing where everything is there.
# More, by name: `chromium`, the browser that the pages are tested in; `servers`, the Postgres and Redis that tests start for themselves.
set -euo pipefail

asked() { [[ " $wanted " == *" $1 "* ]]; }
wanted="$*"
postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }

missing=()
command -v cc >/dev/null || missing+=(build-essential)
command -v python3 >/dev/null || missing+=(python3)
command -v curl >/dev/null || missing+=(curl)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
if asked chromium; then
  command -v chromium >/dev/null || missing+=(chromium)
fi
if asked servers; then
  postgres || missing+=(postgresql)
  command -v redis-server >/dev/null || missing+=(redis-server)
fi

# Tests start servers of their own: packages must neither start one nor make a cluster for one. Both files are how Debian is told.
hold_services() {
  held=()
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee /usr/sbin/policy-rc.d >/dev/null
    "${as_root[@]}" chmod +x /usr/sbin/policy-rc.d
    held+=(/usr/sbin/policy-rc.d)
  fi
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    "${as_root[@]}" mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
    held+=(/etc/postgresql-common/createcluster.conf)
  fi
  trap '[ ${#held[@]} -eq 0 ] || "${as_root[@]}" rm -f "${held[@]}"' EXIT
}

if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || { echo "setup: please install: ${missing[*]}" >&2; exit 1; }
  as_root=(env)
  [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
  asked servers && hold_services
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold "${missing[@]}"
  # Nor at the next boot.
  for package in postgresql redis-server; do
    if [[ " ${missing[*]} " == *" $package "* ]] && command -v systemctl >/dev/null; then
      "${as_root[@]}" systemctl --quiet disable "$package" 2>/dev/null || true
    fi
  done
fi

command -v cargo >/dev/null || { echo "setup: Rust is missing; install it from your distribution's rustup, then run this again" >&2; exit 1; }
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "setup: Python 3.11 or newer is needed" >&2; exit 1; }
node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' || { echo "setup: Node 20 or newer is needed" >&2; exit 1; }
for component in rustfmt clippy; do
  command -v "cargo-${component/rustfmt/fmt}" >/dev/null || rustup component add "$component"
done

# The library that learned detectors run on, into the build folder, where the program looks for it.
"$(dirname "$0")/onnxruntime.py" "${CARGO_TARGET_DIR:-$(dirname "$0")/../target}/onnxruntime"

# A server that speaks S3, for tests, into the build folder: what is there is whole.
s3="${CARGO_TARGET_DIR:-$(dirname "$0")/../target}/s3"
if [ ! -d "$s3" ]; then
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --target "$s3.part" 'moto[s3]==5.2.1' 'flask==3.1.3' 'flask-cors==6.0.2'
  mv "$s3.part" "$s3"
fi
