# Sourced: makes the Python environment of the tests that compare with other implementations, and says where it is.

python_environment=.build/python

install_python_packages() {
    install_packages "the Python environment" python3-venv
    # The list of packages stands in the environment that was made from it.
    if ! cmp -s scripts/requirements.txt "$python_environment/requirements.txt"; then
        rm -rf "$python_environment"
        python3 -m venv "$python_environment"
        "$python_environment/bin/pip" install --quiet --disable-pip-version-check -r scripts/requirements.txt
        cp scripts/requirements.txt "$python_environment/requirements.txt"
    fi
}
