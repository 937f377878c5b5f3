#!/bin/sh
# Parameters come on stdin as NAME='value' lines, quoted for a shell.
eval "$(cat)"
sleep "$seconds"
if [ -n "${message-}" ]; then printf '%s\n' "$message"; fi
