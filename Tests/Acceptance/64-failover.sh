#!/usr/bin/env bash
# Two servers on a primary and its synchronous standby: the primary dies under load, the standby takes over; scripts/soak does it more often.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 -B scripts/load/soak.py failover --rounds 1 --programs "${ITSM_PROGRAMS:?names the folder of itsm-server}"
