#!/bin/sh
# The training for a machine with a GPU, in order. Each stage goes on for so many minutes; then its learning rate
# falls, for a quarter of the steps that it came to. On a CPU: README.md.
#   DATA=packed OUT=weights FLAGS=--compile sh recipe.sh
set -eu
DATA=${DATA:-packed} OUT=${OUT:-weights} PYTHON=${PYTHON:-python3} FLAGS=${FLAGS:-}
TEACHER=${TEACHER:-5} MAIN=${MAIN:-14}
train() { "$PYTHON" "$(dirname "$0")/train.py" --data "$DATA/twenty" --batch 512 --test-every 1000 --save-every 1000 $FLAGS "$@"; }

# 1. A convolutional network learns the twenty classes, with Tiny-ImageNet's beside them at first.
set -- --models resnet --muon 0 --lr 1e-3 --mix .6
train "$@" --also "$DATA/tiny" --minutes "$TEACHER" --out "$OUT/teacher"
train "$@" --from "$OUT/teacher" --cooldown .25 --out "$OUT/teacher/finished"

# 2. So do the three models, which learn from its answers as well.
set -- --models vit mixer ffmixer --mix .8 --erase .25 --drop-path .1 --teacher "$OUT/teacher/finished/resnet.safetensors"
train "$@" --also "$DATA/tiny" --minutes "$MAIN" --out "$OUT/long"
train "$@" --from "$OUT/long" --cooldown .25 --out "$OUT"
