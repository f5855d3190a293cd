#!/usr/bin/env bash
# Kills the server and PostgreSQL while 16 writers write, 5 times; scripts/soak does it 100 times.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 -B scripts/load/soak.py kills --rounds 5 --programs "${ITSM_PROGRAMS:?names the folder of itsm-server}"
