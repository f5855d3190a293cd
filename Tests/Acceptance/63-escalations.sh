#!/usr/bin/env bash
# Three servers on one database, two of them killed while clocks come due: each escalation once, each breach at its true instant.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 -B scripts/load/soak.py escalations --programs "${ITSM_PROGRAMS:?names the folder of itsm-server}"
