#!/usr/bin/env bash
# Full disk, PostgreSQL restarting, without a connection left, standing still, a clock that jumps; scripts/soak stalls for longer.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 -B scripts/load/soak.py faults --stall 6 --programs "${ITSM_PROGRAMS:?names the folder of itsm-server}"
