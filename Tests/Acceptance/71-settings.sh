#!/usr/bin/env bash
# The admin guide's table of settings is the server's: every setting, its environment variable, its flag and its default.
source "$(dirname "$0")/lib.sh"

guide=$(dirname "$0")/../../docs/admin-guide.md

# A value that each setting takes.
sample() {
    case $1 in
        data-dir | web-folder | secret-key-file | checkpoint-file | tls-certificate-file | tls-key-file) echo "$work/somewhere" ;;
        listen | redirect-listen | metrics-listen) echo 127.0.0.1:9 ;;
        demo) echo true ;;
        role) echo web ;;
        log-level) echo debug ;;
        trusted-proxies | metrics-from) echo 10.0.0.0/8,fd00::/8 ;;
        cors-origins) echo https://tools.example.org ;;
        hsts-seconds | rate-limit | rate-limit-anonymous | max-connections | max-connections-per-address) echo 1000 ;;
        header-seconds | stall-seconds | idle-seconds) echo 7 ;;
        database-url | migration-url) echo postgresql:///itsm ;;
        secret-key) printf '%064d\n' 7 ;;
        admin-password) echo 'a long password' ;;
        *) fail "the guide's setting $1 is not known to this test" ;;
    esac
}

# What a setting cannot be without.
beside() {
    case $1 in
        tls-certificate-file) echo ITSM_TLS_KEY_FILE=key ;;
        tls-key-file) echo ITSM_TLS_CERTIFICATE_FILE=pem ;;
        redirect-listen) printf '%s\n' ITSM_TLS_KEY_FILE=key ITSM_TLS_CERTIFICATE_FILE=pem ;;
        migration-url) echo "ITSM_DATABASE_URL=$(sample database-url)" ;;
    esac
}

# show SETTING [NAME=VALUE…] [-- arguments…]: how the server shows a setting, with nothing else in its environment: "value  source".
show() {
    local setting=$1 environment=()
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do environment+=("$1"); shift; done
    shift || true
    env --ignore-environment PATH="$PATH" "${environment[@]}" "$programs/itsm-server" config show "$@" 2>&1 \
        | sed -n "s/^$setting  *//p" | sed 's/  */ /g'
}

described=$(sed -n 's/^| `\([a-z-]*\)` | `\(ITSM_[A-Z_]*\)` | \([^|]*\) | \([^|]*\) |.*/\1|\2|\3|\4/p' "$guide" | tr -d '`')
equals "the guide's table has every setting" "$("$programs/itsm-server" config show | sed 1d | cut -d ' ' -f 1)" "$(cut -d '|' -f 1 <<< "$described")"

while IFS='|' read -r setting variable flag default; do
    value=$(sample "$setting")
    mapfile -t others < <(beside "$setting")
    given=("$variable=$value" "${others[@]}")
    contains "$(show "$setting" "${given[@]}")" " environment"

    case $flag in
        none) refuse "$setting has no flag" "$programs/itsm-server" config show "--$setting" "$value" ;;
        "--$setting")
            if [ "$setting" = demo ]; then arguments=(--demo); else arguments=("$flag" "$value"); fi
            contains "$(show "$setting" "${others[@]}" -- "${arguments[@]}")" "$value flag"
            ;;
        *) fail "the flag of $setting is said to be \"$flag\"" ;;
    esac

    found=$(show "$setting")
    found=${found% default}
    case $found in
        default | -) ;;
        *) contains "$default" "$found" ;;
    esac
    echo "  $setting: environment, flag and default are as described"
done <<< "$described"
