# shellcheck shell=bash
# The image of the sidecar that guards the network of sandboxes, made from this machine's own files: the packet filter
# with its libraries, BusyBox, a small Java runtime and the program. No registry is needed.

EGRESS_APP=egress/target/app

# Tells the tests and the benchmarks the name of the image.
EGRESS_IMAGE_FILE=egress/target/image

# Everything that goes into the image, as one number.
egress_fingerprint() {
  cat scripts/lib/egress.sh scripts/lib/image-archive.sh egress/image/* "$EGRESS_APP"/*.jar "$(command -v nft)" \
    "$(command -v tini-static)" "$JAVA_HOME/release" | sha256sum |
    cut -c1-16
}

# Sets EGRESS_IMAGE. The tag says what is in the image, so that checkouts which differ leave each other's alone.
make_egress_image() {
  PATH=$PATH:/usr/sbin
  have nft || install_packages "to guard the network of sandboxes" nftables
  static_busybox || install_packages "to guard the network of sandboxes" busybox-static
  have tini-static || install_packages "to collect the processes of sandboxes on Kubernetes" tini
  EGRESS_IMAGE=sandkeep/egress:$(egress_fingerprint)
  has_image "$EGRESS_IMAGE" || build_egress_image
  echo "$EGRESS_IMAGE" >"$EGRESS_IMAGE_FILE"
}

build_egress_image() {
  local root
  step "Making the image that guards the network of sandboxes"
  root=$(mktemp -d)
  egress_root "$root"
  image_layer "$root" - | import_image "$EGRESS_IMAGE-untrained" 'CMD%20%5B%22sh%22%5D'
  rm -rf "$root"
  train_egress_image
}

# What is made of the same files once more must be the same layer. The cache of the training run lies in a layer of its own,
# and differs: Java makes it a little differently every time.
check_egress_image() {
  local run roots=()
  step "Making the files of the sidecar twice, to see that they are the same"
  for run in 0 1; do
    roots[run]=$(mktemp -d)
    egress_root "${roots[run]}"
  done
  cmp <(image_layer "${roots[0]}" -) <(image_layer "${roots[1]}" -) ||
    die "The files of the sidecar are not the same when they are made once more."
  rm -rf "${roots[@]}"
}

# egress_root DIR: all files of the image.
egress_root() {
  local root=$1 applet
  mkdir -p "$root"/{bin,etc/sandkeep,proc,sys,dev,run,tmp,usr/lib/sandkeep,opt}
  cp /bin/busybox "$root/bin/busybox"
  for applet in sh cat sed sleep date kill nc nslookup grep mkdir cp mv rm chmod; do ln -s busybox "$root/bin/$applet"; done
  cp "$(command -v nft)" "$root/bin/nft"
  "$JAVA_HOME/bin/jlink" --add-modules java.base,jdk.httpserver --strip-java-debug-attributes --no-header-files \
    --no-man-pages --compress zip-6 --output "$root/opt/java"
  rm -rf "$root/opt/java/legal" "$root/opt/java/lib/security/public_suffix_list.dat"
  # A worker needs one digest and one HMAC; every further provider is loaded before its first answer.
  sed -i -e '/^security\.provider\./d' "$root/opt/java/conf/security/java.security"
  printf 'security.provider.1=SUN\nsecurity.provider.2=SunJCE\n' >>"$root/opt/java/conf/security/java.security"
  # The symbols that only a debugger needs are a sixth of it.
  ! have strip || strip --strip-unneeded "$root"/opt/java/lib/*.so "$root/opt/java/lib/server/libjvm.so"
  copy_libraries "$root" "$root/opt/java/lib/server" -- "$root/bin/nft" "$root/opt/java/bin/java" "$root"/opt/java/lib/*.so \
    "$root/opt/java/lib/server/libjvm.so"
  cp "$EGRESS_APP"/*.jar "$root/usr/lib/sandkeep/"
  cp egress/image/{supervisor,train,open-gate,wake} "$root/usr/lib/sandkeep/"
  cp "$(command -v tini-static)" "$root/usr/lib/sandkeep/init"
  chmod 755 "$root" "$root"/usr/lib/sandkeep/{supervisor,train,open-gate,wake,init}
  cp egress/image/*.nft egress/image/java.options "$root/etc/sandkeep/"
}

# A worker runs once in the image, and the image with the cache that it leaves becomes the one that is used.
train_egress_image() {
  local container answer repository changes
  repository=$(full_name "${EGRESS_IMAGE%:*}")
  container=$(engine_api POST /containers/create -H 'Content-Type: application/json' -d '{
    "Image": "'"$EGRESS_IMAGE-untrained"'", "Entrypoint": ["/usr/lib/sandkeep/train"],
    "HostConfig": {"NetworkMode": "none", "CapDrop": ["ALL"], "CapAdd": ["NET_ADMIN", "NET_BIND_SERVICE"]}}' |
    sed -n 's/.*"Id":"\([0-9a-f]*\)".*/\1/p')
  engine_api POST "/containers/$container/start"
  answer=$(engine_api POST "/containers/$container/wait" -m 120)
  case $answer in
    *'"StatusCode":0'*) ;;
    *)
      engine_api GET "/containers/$container/logs?stdout=1&stderr=1&tail=20" | tr -d '\000-\010' >&2
      engine_api DELETE "/containers/$container?force=1"
      die "The image that guards the network could not be made; the end of its output is above."
      ;;
  esac
  changes='ENTRYPOINT%20%5B%22/usr/lib/sandkeep/supervisor%22%5D'
  engine_api POST "/commit?container=$container&repo=$repository&tag=${EGRESS_IMAGE##*:}&changes=$changes" \
    -H 'Content-Type: application/json' -d '{}' -o /dev/null
  engine_api DELETE "/containers/$container?force=1"
  # The name only: its files are those of the other.
  engine_api DELETE "/images/$EGRESS_IMAGE-untrained" -o /dev/null
  has_image "$EGRESS_IMAGE" || die "The image $EGRESS_IMAGE could not be made."
}
