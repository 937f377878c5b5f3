#!/bin/sh
# Parameters come on stdin as NAME='value' lines, quoted for a shell.
eval "$(cat)"
printf '%s\n' "${message-}"
