# Sourced by the scripts, after install.sh: an rsyslog beside syslog-ng.

# Debian lets only one syslog daemon be installed: syslog-ng is, with the libraries that rsyslog needs, and rsyslog and its modules
# are unpacked into .build/bench/rsyslog. Sets PATH, RSYSLOG_MODDIR and RSYSLOG_LIBRARIES.
# install_syslog_daemons PURPOSE
install_syslog_daemons() {
    install_packages "$1" syslog-ng-core libestr0 libfastjson4 liblognorm5 libgnutls30 python3 || return
    local folder="$PWD/.build/bench/rsyslog" library
    if [ ! -e "$folder/complete" ]; then
        rm -rf "$folder"
        mkdir -p "$folder/packages"
        (cd "$folder/packages" && apt-get download -qq rsyslog rsyslog-relp rsyslog-gnutls librelp0 2>&1) || {
            echo "error: apt-get could not download rsyslog" >&2
            return 3
        }
        local package
        for package in "$folder"/packages/*.deb; do dpkg -x "$package" "$folder" || return 3; done
        touch "$folder/complete"
    fi
    for library in "$folder"/usr/lib/*/rsyslog; do
        export RSYSLOG_MODDIR=$library RSYSLOG_LIBRARIES=${library%/rsyslog}
    done
    export PATH="$folder/usr/sbin:$PATH"
}
