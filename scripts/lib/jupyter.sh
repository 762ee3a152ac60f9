# shellcheck shell=bash
# An image with a Jupyter server, kernels and matplotlib on top of python:3.11, for the tests of code. What is installed is
# locked in requirements.txt, which `uv pip compile --generate-hashes --only-binary :all: --python-version 3.11.0
# --python-platform linux` makes of requirements.in.

JUPYTER_SOURCES=scripts/jupyter

# Tells the tests the name of the image.
JUPYTER_IMAGE_FILE=bootstrap/target/jupyter-image

# Sets JUPYTER_IMAGE, if the image is there in the end. Without python3 the tests that need it are skipped and say so; with
# TEST_ALL_SDKS=yes it must be there.
make_jupyter_image() {
  local name
  name=sandkeep-test/jupyter:$(cat scripts/lib/jupyter.sh $JUPYTER_SOURCES/* | sha256sum | cut -c1-16)
  rm -f "$JUPYTER_IMAGE_FILE"
  if ! has_image "$name"; then
    [ "${TEST_ALL_SDKS:-}" != yes ] || have python3 || install_packages "the tests install Jupyter into an image" python3
    have python3 || {
      note "no python3 here: code in kernels of Jupyter is not tested"
      return
    }
    python3 -c 'import ensurepip, venv' 2>/dev/null ||
      install_packages "the tests install Jupyter into an image" python3-venv
    step "Making an image with Jupyter for the tests (about a minute, once)"
    twice build_jupyter_image "$name"
  fi
  JUPYTER_IMAGE=$name
  echo "$name" >"$JUPYTER_IMAGE_FILE"
}

build_jupyter_image() {
  local work version language outcome=0
  version=$(python_of_image) || return
  work=$(mktemp -d)
  python3 -m venv "$work/pip" &&
    # For the Python of the image, which may be another one than ours.
    "$work/pip/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-compile \
      --python-version "$version" --target "$work/context/jupyter" -r $JUPYTER_SOURCES/requirements.txt || outcome=1
  if [ "$outcome" = 0 ]; then
    cp $JUPYTER_SOURCES/Dockerfile "$work/context/"
    cp $JUPYTER_SOURCES/sql_kernel.py "$work/context/jupyter/"
    for language in bash sql; do
      mkdir -p "$work/context/jupyter/share/jupyter/kernels/$language"
      printf '{"argv": ["python3", "-m", "%s_kernel", "-f", "{connection_file}"], "display_name": "%s", "language": "%s"}' \
        "$language" "$language" "$language" >"$work/context/jupyter/share/jupyter/kernels/$language/kernel.json"
    done
    tar -C "$work/context" --owner=0 --group=0 -c . |
      engine_api POST "/build?t=$(full_name "$1")&networkmode=none" -H 'Content-Type: application/x-tar' -T - >"$work/log"
    has_image "$1" || {
      tail -n 5 "$work/log" >&2
      outcome=1
    }
  fi
  rm -rf "$work"
  return "$outcome"
}

# The version of the Python in python:3.11, which the distribution may have made newer.
python_of_image() {
  local container
  container=$(engine_api POST /containers/create -H 'Content-Type: application/json' -d '{
    "Image": "python:3.11", "Tty": true,
    "Cmd": ["python3", "-c", "import platform; print(platform.python_version())"]}' |
    sed -n 's/.*"Id":"\([0-9a-f]*\)".*/\1/p')
  engine_api POST "/containers/$container/start" && engine_api POST "/containers/$container/wait" -m 60 -o /dev/null &&
    engine_api GET "/containers/$container/logs?stdout=1" | tr -d '\r\n'
  engine_api DELETE "/containers/$container?force=1"
}
