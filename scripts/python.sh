#!/bin/sh
# Makes the virtual environment (.venv) with the newest Python of this machine that is new enough.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

found=""
for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    if fits "$name"; then
        found=$name
        break
    fi
done
if [ -z "$found" ]; then
    echo "Python 3.11 or newer is needed (found: $(python3 --version 2>&1 || true)). PYTHON=/path/to/python names one." >&2
    exit 1
fi
if ! "$found" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "$found cannot make virtual environments: the venv module is missing." >&2
    echo "  Debian, Ubuntu:  sudo apt-get install python3-venv" >&2
    exit 1
fi
echo "Making .venv with $("$found" --version)"
"$found" -m venv --clear "$root/.venv"
