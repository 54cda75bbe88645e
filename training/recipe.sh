#!/bin/sh
# The training for a machine with a GPU, in order. On a CPU: README.md.
#   DATA=packed OUT=weights TEACHER=deit_tiny_patch16_224.safetensors FLAGS=--compile sh recipe.sh
set -eu
DATA=${DATA:-packed} OUT=${OUT:-weights} PYTHON=${PYTHON:-python3} FLAGS=${FLAGS:-} MAIN=${MAIN:-14}
HERE=$(dirname "$0")
train() { "$PYTHON" "$HERE/train.py" --data "$DATA/twenty" --batch 512 --test-every 1000 --save-every 1000 $FLAGS "$@"; }

"$PYTHON" "$HERE/teach.py" "$DATA/twenty" "$TEACHER"
set -- --models vit mixer ffmixer --mix .5 --erase .25 --drop-path .1 --imitate 2
train "$@" --also "$DATA/tiny" --minutes "$MAIN" --out "$OUT/long"
# The learning rate falls, for a quarter of the steps that it came to.
train "$@" --from "$OUT/long" --cooldown .25 --out "$OUT"
