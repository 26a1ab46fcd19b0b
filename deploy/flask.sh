#!/bin/sh
# The academy's commands with the settings of the service: sudo -u academy sh deploy/flask.sh users --help
set -eu
cd "$(dirname "$0")/.."
set -a
. "${ACADEMY_ENV_FILE:-/etc/academy.env}"
set +a
exec .venv/bin/python -m flask --app app "$@"
