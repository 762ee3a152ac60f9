# shellcheck shell=bash
# The public SDKs that the tests drive the server with, each at the version that is pinned beside its test. What the
# Kotlin one needs comes with the build.

SDK_TESTS=bootstrap/src/test/sdk
SDKS=bootstrap/target/sdk

# Without npm or python3 the tests of that SDK are skipped and say so; with TEST_ALL_SDKS=yes both are installed.
install_sdks() {
  if [ "${TEST_ALL_SDKS:-}" = yes ]; then
    have npm || install_packages "the tests drive the server with the JavaScript SDK" nodejs npm
    have python3 || install_packages "the tests drive the server with the Python SDK" python3 python3-venv
  fi
  if have npm; then twice install_javascript_sdk; else note "no npm here: the JavaScript SDK is not tested"; fi
  if have python3; then twice install_python_sdk; else note "no python3 here: the Python SDK is not tested"; fi
}

# sdk_is_there DIR LOCK: what lies in DIR was installed by this LOCK.
sdk_is_there() { cmp -s "$1/installed" "$2"; }

install_javascript_sdk() {
  local lock=$SDK_TESTS/javascript/package-lock.json
  sdk_is_there "$SDKS/javascript" "$lock" && return
  step "Installing the JavaScript SDK for the tests"
  rm -rf "$SDKS/javascript" && mkdir -p "$SDKS/javascript"
  cp "$SDK_TESTS/javascript"/package*.json "$SDKS/javascript/"
  (cd "$SDKS/javascript" && npm ci --ignore-scripts --no-audit --no-fund --silent) || return
  cp "$lock" "$SDKS/javascript/installed"
}

install_python_sdk() {
  local lock=$SDK_TESTS/python/requirements.txt
  sdk_is_there "$SDKS/python" "$lock" && return
  python3 -c 'import ensurepip, venv' 2>/dev/null ||
    install_packages "the tests install the Python SDK into a directory of its own" python3-venv
  step "Installing the Python SDK for the tests"
  rm -rf "$SDKS/python" && mkdir -p "$SDKS"
  python3 -m venv "$SDKS/python" &&
    "$SDKS/python/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$lock" || return
  cp "$lock" "$SDKS/python/installed"
}
