#!/bin/sh
# Sets up .venv-pipecat for pipecat_peer.py, apart from the project's own environment: about 0.6 GB, CPU only.
set -eu
cd "$(dirname "$0")/../.."
venv=.venv-pipecat
test -x "$venv/bin/python" || "${PYTHON:-python3}" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    "pipecat-ai[silero,websocket]==1.14.*" httptools uvicorn uvloop websockets
"$venv/bin/python" -m pip show pipecat-ai | sed -n 2p
du -sh "$venv"
