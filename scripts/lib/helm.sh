# shellcheck shell=bash
# Helm, for the tests of the chart: the one that is installed, else one that Go builds from its sources, once.

HELM_VERSION=v3.19.5
HELM_DIR=deploy/target/helm

# Sets HELM to the program; false where there is neither Helm nor Go.
use_helm() {
  if HELM=$(command -v helm); then return; fi
  HELM=$PWD/$HELM_DIR/$HELM_VERSION/helm
  [ -x "$HELM" ] && return
  if ! have go; then
    note "neither helm nor go is here: the chart is tested without Helm"
    unset HELM
    return 1
  fi
  step "Building Helm $HELM_VERSION (a few minutes, once)"
  # A download fails now and then.
  twice build_helm || die "Helm could not be built; its output is above."
}

build_helm() {
  # Beside each other: nothing uses a program that is half built.
  mkdir -p "$HELM_DIR/new"
  GOBIN=$PWD/$HELM_DIR/new CGO_ENABLED=0 GOFLAGS=-mod=mod go install -ldflags '-s -w' "helm.sh/helm/v3/cmd/helm@$HELM_VERSION" ||
    return
  mkdir -p "$(dirname "$HELM")"
  mv "$HELM_DIR/new/helm" "$HELM"
}
