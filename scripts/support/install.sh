# Sourced by the scripts: installs the Debian packages a script names, if any is missing.
# install_packages PURPOSE PACKAGE...

install_packages() {
    local purpose=$1 missing=() package
    shift
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    echo "· installing for $purpose: ${missing[*]}"
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "error: ${missing[*]} missing, and neither root nor sudo here; run: apt-get install ${missing[*]}" >&2
            return 3
        }
        root=(sudo)
    fi
    local log
    log=$(mktemp)
    if ! { "${root[@]}" apt-get update -qq && DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq \
        --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        cat "$log" >&2
        echo "error: apt-get could not install ${missing[*]}" >&2
        return 3
    fi
    rm -f "$log"
}

# The packages that a build needs, and the Swift toolchain that apt does not have.
install_build_packages() {
    command -v swift >/dev/null || {
        echo "error: no swift on PATH; install Swift 6.3 from swift.org and run this again" >&2
        return 3
    }
    install_packages "the build" libsqlite3-dev liblz4-dev libzstd-dev libre2-dev libssl-dev zlib1g-dev libmaxminddb-dev pkg-config git python3
}
