#!/usr/bin/env bash
# From photographs to detectors/models/listing.{onnx,yaml,md}: sets up Python, trains, exports, checks and measures.
#
#   detectors/training/train.sh [--steps 1600] [--seed 20] [--threads 1]
#
# PHOTOS  folder with photos.jsonl (default ../shared/train beside the repository)
# WORK    folder for the environment and what is kept between runs (default detectors/training/build)
# MODELS  folder that the three files go to (default detectors/models)
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
photos="${PHOTOS:-$here/../../../shared/train}"
work="${WORK:-$here/build}"
models="${MODELS:-$here/../models}"
fonts=(fonts-noto-core fonts-noto-cjk fonts-dejavu fonts-liberation fonts-freefont-ttf fonts-roboto-unhinted fonts-lato fonts-open-sans
  fonts-lobster fonts-comfortaa fonts-bebas-neue fonts-dancingscript fonts-quicksand fonts-urw-base35 fonts-hosny-amiri fonts-thai-tlwg)

missing=()
for package in "${fonts[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
  echo "installing typefaces (training only): ${missing[*]}"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

mkdir -p "$work"
if ! [ -x "$work/venv/bin/python" ]; then
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
fi
python="$work/venv/bin/python"

"$python" -u "$here/train.py" --photos "$photos" --work "$work" "$@"
"$python" -u "$here/export.py" --photos "$photos" --work "$work" --models "$models"
"$python" -u "$here/evaluate.py" --models "$models" --out "$work/catalog.jsonl"
