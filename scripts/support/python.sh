# Sourced: makes the Python environment of the tests that compare with other implementations, and says where it is.

python_environment=.build/python

install_python_packages() { install_python_packages_of scripts/requirements.txt "$python_environment"; }

# install_python_packages_of LIST FOLDER: an environment with the packages of a list.
install_python_packages_of() {
    install_packages "the Python environment" python3-venv
    # The list of packages stands in the environment that was made from it.
    if ! cmp -s "$1" "$2/requirements.txt"; then
        rm -rf "$2"
        python3 -m venv "$2"
        "$2/bin/pip" install --quiet --disable-pip-version-check -r "$1"
        cp "$1" "$2/requirements.txt"
    fi
}
