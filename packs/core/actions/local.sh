#!/bin/sh
# Parameters come on stdin as NAME='value' lines, quoted for a shell.
eval "$(cat)"
if [ -n "${cwd-}" ]; then cd "$cwd" || exit 1; fi
exec sh -c "$cmd" </dev/null
