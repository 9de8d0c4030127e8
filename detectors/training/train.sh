#!/usr/bin/env bash
# From photographs to detectors/models/listing.{onnx,yaml,md}: sets up Python, trains, exports, checks and measures.
#
#   detectors/training/train.sh
#
# STEPS   steps of each leg of training, the first from random weights, the others going on from there (default "420 480 480 480")
# SEED    seed of the first leg; each further leg adds one (default 20)
# THREADS for training (default 1; one more process makes the samples)
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

seed="${SEED:-20}"
resume=()
for steps in ${STEPS:-420 480 480 480}; do
  "$python" -u "$here/train.py" --photos "$photos" --work "$work" --steps "$steps" --seed "$seed" --threads "${THREADS:-1}" "${resume[@]}"
  seed=$((seed + 1))
  resume=(--resume)
done
"$python" -u "$here/export.py" --photos "$photos" --work "$work" --models "$models"
"$python" -u "$here/evaluate.py" --models "$models" --out "$work/catalog.jsonl"
