#!/usr/bin/env bash
# Installs what building and testing need and is not there yet. Asks nothing; does nothing where everything is there.
# `setup.sh chromium`: the browser that the pages are tested in, too.
set -euo pipefail

missing=()
command -v cc >/dev/null || missing+=(build-essential)
command -v python3 >/dev/null || missing+=(python3)
command -v curl >/dev/null || missing+=(curl)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
[ "${1:-}" != chromium ] || command -v chromium >/dev/null || missing+=(chromium)
python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)

if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || { echo "setup: please install: ${missing[*]}" >&2; exit 1; }
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

command -v cargo >/dev/null || { echo "setup: Rust is missing; install it from your distribution's rustup, then run this again" >&2; exit 1; }
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "setup: Python 3.11 or newer is needed" >&2; exit 1; }
node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' || { echo "setup: Node 20 or newer is needed" >&2; exit 1; }
for component in rustfmt clippy; do
  command -v "cargo-${component/rustfmt/fmt}" >/dev/null || rustup component add "$component"
done

# The library that learned detectors run on, into the build folder, where the program looks for it.
"$(dirname "$0")/onnxruntime.py" "${CARGO_TARGET_DIR:-$(dirname "$0")/../target}/onnxruntime"
