#!/bin/sh
# The training for a machine with a GPU, in order; every run is on the clock (minutes).  On a CPU, leave out
# stages 1 and 2 (README.md).
#   DATA=packed OUT=weights FLAGS=--compile sh recipe.sh
set -eu
DATA=${DATA:-packed} OUT=${OUT:-weights} PYTHON=${PYTHON:-python3} FLAGS=${FLAGS:-}
START=${START:-6} TEACHER_START=${TEACHER_START:-2.5} TEACHER=${TEACHER:-3.5} MAIN=${MAIN:-12}
train() { "$PYTHON" "$(dirname "$0")/train.py" --batch 512 --ema .999 --workers 8 --save-minutes 1 $FLAGS "$@"; }
mkdir -p "$OUT"

# 1. Everything learns Tiny-ImageNet's classes first.
train --data "$DATA/tiny" --name Tiny-ImageNet --models vit mixer ffmixer --mix .5 --minutes $START --out "$OUT/start"
train --data "$DATA/tiny" --name Tiny-ImageNet --models resnet --muon 0 --lr 1e-3 --minutes $TEACHER_START --out "$OUT/start"

# 2. A convolutional network learns the twenty classes.
train --data "$DATA/twenty" --models resnet --muon 0 --lr 1e-3 --mix .6 --minutes $TEACHER --init "$OUT/start" --out "$OUT/teacher"

# 3. The three models learn them, from the labels and from its answers.
train --data "$DATA/twenty" --models vit mixer ffmixer --mix .8 --erase .25 --drop-path .1 --minutes $MAIN \
    --init "$OUT/start" --teacher "$OUT/teacher/resnet.safetensors" --out "$OUT"
