#!/usr/bin/env bash
# A server whose database has no room left says so in /readyz, goes on reading, and is ready again by itself once there is room.
source "$(dirname "$0")/lib.sh"

disk=$work/disk
mkdir "$disk"
if ! mount -t tmpfs -o size=160m,mode=755 tmpfs "$disk" 2> /dev/null; then
    echo "  no file system of our own can be mounted here: not tried"
    exit 0
fi
trap 'status=$?; for pid in "${servers[@]}"; do kill -TERM "$pid" 2> /dev/null || true; wait "$pid" 2> /dev/null || true; done; umount --lazy "$disk" || true; (exit $status); finish' EXIT

data=$disk/data
start_server
equals "there is room" 200 "$(curl --silent --output "$work/ready" --write-out '%{http_code}' "http://$address/readyz")"
head -c 1G /dev/zero > "$disk/fill" 2> /dev/null || true
await_status() {
    for _ in $(seq 100); do
        [ "$(curl --silent --output "$work/ready" --write-out '%{http_code}' "http://$address/readyz")" != "$1" ] || return 0
        sleep 0.1
    done
    fail "expected $1 of /readyz, found: $(cat "$work/ready")"
}
await_status 503
contains "$(cat "$work/ready")" "disk of the database is full"
echo "  a full disk: not ready, with the reason"
equals "it lives" 200 "$(curl --silent --output /dev/null --write-out '%{http_code}' "http://$address/healthz")"
rm "$disk/fill"
await_status 200
echo "  ready again once there is room"
