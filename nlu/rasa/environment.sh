#!/usr/bin/env bash
# Gives this clone .venv-rasa: a link to the environment of requirements-rasa.lock in the cache
# folder, which the first clone that needs it makes there, named by the hash of the lock file.
# Arguments: the uv program, the cache folder, the link to make.
set -euo pipefail
uv=$1 cache=$2 link=$3
cd "$(dirname "$0")/../.."
lock=requirements-rasa.lock

hash_of() { { sha256sum "$1" 2>/dev/null || shasum -a 256 "$1"; } | cut -c1-16; }

is_python310() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; }

find_python310() {
    local candidate roots=("${PYENV_ROOT:-}" "$(pyenv root 2>/dev/null || true)" "${HOME:-}/.pyenv")
    # A python3.10 on the path may be a stand-in that only says that no version was chosen.
    for candidate in "$(command -v python3.10 || true)" "${roots[@]/%//versions/3.10/bin/python}" \
        $(printf '%s\n' "${roots[@]}" | sed 's#$#/versions/3.10.*/bin/python#'); do
        if [ -x "$candidate" ] && is_python310 "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    "$uv" python install --quiet 3.10 && "$uv" python find 3.10
}

home="$cache/rasa-$(hash_of "$lock")"
if [ ! -x "$home/bin/rasa" ]; then
    python=$(find_python310) || { echo "Rasa needs Python 3.10, which is not here and cannot be installed." >&2; exit 1; }
    echo "Making the Rasa environment in $home with $python: about 2.5 GB, once for all clones."
    mkdir -p "$cache"
    making=$(mktemp -d "$home.XXXXXX")
    trap 'rm -rf "$making"' EXIT
    # Made aside and moved when it is whole, so that a broken attempt is never taken for one.
    "$uv" venv --quiet --relocatable --python "$python" "$making/venv"
    "$uv" pip install --quiet --no-deps --require-hashes --python "$making/venv/bin/python" \
        --build-constraints "$lock" -r "$lock"
    mv -T "$making/venv" "$home" 2>/dev/null || [ -x "$home/bin/rasa" ]
fi
[ -L "$link" ] || rm -rf "$link"
ln -sfn "$home" "$link"
