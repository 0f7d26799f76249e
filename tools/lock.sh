#!/bin/sh
# Pin what the requirement files name; with --upgrade, in the newest versions they allow. The locks name versions and
# hashes, never where they are from.
set -eu
cd "$(dirname "$0")/.."
upgrade=${1-}
compile() {
    .venv/bin/uv --quiet pip compile ${upgrade:+"$upgrade"} --universal --generate-hashes --no-header --no-emit-index-url \
        --no-emit-find-links --python-version 3.11 "$1" --output-file "$2"
}
compile tools/uv.in tools/uv.lock
compile requirements.in requirements.lock
compile requirements-dev.in requirements-dev.lock
