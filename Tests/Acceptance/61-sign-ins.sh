#!/usr/bin/env bash
# A hundred people sign in at once, and all get in while others read; the times are told, not judged.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 -B scripts/load/soak.py sign-ins --programs "${ITSM_PROGRAMS:?names the folder of itsm-server}"
