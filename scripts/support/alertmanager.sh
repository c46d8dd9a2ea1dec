# Sourced by the scripts, after install.sh: Prometheus Alertmanager and amtool, as Debian has them.

# The package would start a service: it is unpacked into .build/alertmanager. The program reads its templates from /usr/share, and from
# nowhere else: they are put there. Sets alertmanager_programs.
# install_alertmanager
install_alertmanager() {
    local folder="$PWD/.build/alertmanager" templates=/usr/share/prometheus/alertmanager root=()
    alertmanager_programs="$folder/usr/bin"
    [ "$(id -u)" -eq 0 ] || root=(sudo)
    if [ ! -e "$folder/complete" ]; then
        rm -rf "$folder"
        mkdir -p "$folder/packages"
        # The lists of packages may not be there yet.
        (
            cd "$folder/packages"
            apt-get download -qq prometheus-alertmanager ||
                { "${root[@]}" apt-get update -qq && apt-get download -qq prometheus-alertmanager; }
        ) >"$folder/log" 2>&1 && dpkg -x "$folder"/packages/*.deb "$folder" || {
            cat "$folder/log" >&2
            echo "error: apt-get could not download prometheus-alertmanager" >&2
            return 3
        }
        touch "$folder/complete"
    fi
    if [ ! -e "$templates/default.tmpl" ]; then
        "${root[@]}" mkdir -p "$templates"
        "${root[@]}" cp "$folder$templates"/*.tmpl "$templates" || {
            echo "error: $folder$templates/*.tmpl could not be copied to $templates, where Alertmanager reads them" >&2
            return 3
        }
    fi
}
