#!/usr/bin/env bash
# Two servers on one database: a revoked sign-in, a disabled person and a role that was taken away hold on the other one within 5 s.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 -B scripts/load/soak.py second-server --programs "${ITSM_PROGRAMS:?names the folder of itsm-server}"
