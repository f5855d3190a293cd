# shellcheck shell=bash
# For the acceptance scripts: they drive the real programs, in $ITSM_PROGRAMS, in a temporary folder that goes away with them.
#
#   source "$(dirname "$0")/lib.sh"
#   start_server                       a server on a data folder and a free port of its own; sets $server (its pid), $data and $address
#   expect "what is checked" command…  fails unless the command succeeds
#   refuse "what is checked" command…  fails unless the command fails; its output is in $output
#   sign_in NAME PASSWORD; as NAME arguments…  itsmctl as that person
#   equals, contains, ends_with        compare what a command wrote and how it ended
set -euo pipefail

programs=${ITSM_PROGRAMS:?names the folder of itsm-server and itsmctl}
work=$(mktemp -d /tmp/itsm-acceptance-XXXXXX)
chmod 755 "$work"
data=$work/data
servers=()

finish() {
    local status=$?
    for pid in "${servers[@]}"; do kill -TERM "$pid" 2> /dev/null || true; done
    for pid in "${servers[@]}"; do wait "$pid" 2> /dev/null || true; done
    if [ $status != 0 ] && [ -e "$work/server.log" ]; then tail -n 20 "$work/server.log" >&2; fi
    rm -rf "$work"
    exit $status
}
trap finish EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

expect() {
    local what=$1
    shift
    output=$("$@" 2>&1) || fail "$what: $* said: $output"
    echo "  $what"
}

refuse() {
    local what=$1
    shift
    if output=$("$@" 2>&1); then fail "$what: $* succeeded: $output"; fi
    echo "  $what"
}

contains() {
    case $1 in *"$2"*) ;; *) fail "\"$2\" is missing in: $1" ;; esac
}

# A port that nobody listens on now.
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 20000))
        (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null || break
    done
    echo "$port"
}

# start_server [arguments of serve…]: waits until it is ready.
start_server() {
    address=127.0.0.1:$(free_port)
    "$programs/itsm-server" serve --data-dir "$data" --listen "$address" "$@" >> "$work/server.log" 2>&1 &
    server=$!
    servers+=("$server")
    until curl --silent --fail --output /dev/null "http://$address/readyz"; do
        kill -0 "$server" 2> /dev/null || fail "the server did not start"
        sleep 0.1
    done
}

# Waits for the end of any process.
await_end() {
    while [ -d "/proc/$1" ] && ! grep -q '^State:.*Z' "/proc/$1/status" 2> /dev/null; do sleep 0.05; done
}

# as NAME arguments…: itsmctl as that person, whose profile is kept apart.
as() {
    local name=$1
    shift
    XDG_CONFIG_HOME=$work/$name ITSM_URL=http://$address "$programs/itsmctl" "$@"
}

sign_in() {
    echo "$2" | as "$1" auth login --username "$1" --password-stdin 2> "$work/sign-in" || fail "$1 cannot sign in: $(cat "$work/sign-in")"
}

# equals "what is checked" EXPECTED FOUND
equals() {
    [ "$2" = "$3" ] || fail "$1: expected \"$2\", found \"$3\""
    echo "  $1"
}

# ends_with STATUS "what is checked" command…: fails unless the command ends with that exit code; its output is in $output.
ends_with() {
    local expected=$1 what=$2 status=0
    shift 2
    output=$("$@" 2>&1) || status=$?
    [ $status = "$expected" ] || fail "$what: expected exit code $expected, found $status: $output"
    echo "  $what: exit code $expected"
}
