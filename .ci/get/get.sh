# Sourced by scripts of .ci. `get SCRIPT [ARGUMENT...]` keeps in `got` what the script prints; it is false
# where that says why something cannot be had, which the script tells by status 3.
get() {
    local status=0
    got=$("$@") || status=$?
    case $status in
    0) ;;
    3) return 1 ;;
    *) exit "$status" ;;
    esac
}

# The same; where something cannot be had, that is said, and the rest is passed over.
get_or_pass_over() {
    if ! get "$@"; then
        echo "skipped: $got"
        exit 0
    fi
}
