#!/bin/bash
# Fetches the servers that `make real` plays against into a folder: a llama-server,
# Valkey and PostgreSQL from a newer suite of Debian, run beside their own
# libraries, and Ollama, which is built as a Go module. What cannot be had is named, not needed.
set -uo pipefail
dir=$(mkdir -p "$1" && cd "$1" && pwd)
ollama=v0.17.4

missing() { echo "Without $1: $2"; }

# apt reads a newer suite in a folder of its own, from the mirror that this machine uses.
apt_newer() {
  local mirror suite
  command -v apt-get >/dev/null || return 1
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -E '/debian/?$' | sort -u | head -1)
  [ -n "$mirror" ] || return 1
  mkdir -p "$dir"/apt/{etc,lists/partial,archives/partial} "$dir/debs"
  options=(-qq -o "Dir::Etc::sourcelist=$dir/apt/etc/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$dir/apt/lists" -o "Dir::Cache=$dir/apt" -o APT::Sandbox::User=root)
  for suite in forky sid; do
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$dir/apt/etc/sources.list"
    apt-get "${options[@]}" update && apt-cache "${options[@]}" show llama.cpp-tools >/dev/null 2>&1 && return 0
  done
  return 1
}

if [ ! -x "$dir/llama-server" ]; then
  if apt_newer && (cd "$dir/debs" && apt-get "${options[@]}" download llama.cpp-tools libllama0 libggml0 libstdc++6 libgcc-s1 libc6 libgomp1 \
    libssl3t64 zlib1g libzstd1 nlohmann-json3-dev libstb-dev libminiaudio-dev); then
    for deb in "$dir"/debs/*.deb; do dpkg -x "$deb" "$dir/root"; done
    lib=$(dirname "$(find "$dir/root" -name libllama.so.0 | head -1)")
    backend=$(find "$dir/root" -name libggml-cpu-x64.so -o -name libggml-cpu.so -o -name 'libggml-cpu-armv8.0*.so' | head -1)
    printf '#!/bin/sh\nGGML_BACKEND_PATH=%s exec %s --library-path %s:%s/llama %s "$@"\n' \
      "$backend" "$(find "$dir/root" -name 'ld-linux*.so.*' | head -1)" "$lib" "$lib" "$dir/root/usr/bin/llama-server" >"$dir/llama-server"
    chmod +x "$dir/llama-server"
  else
    missing llama-server "no newer suite of Debian can be read here"
  fi
fi

# beside makes a command of a program in the unpacked packages: with their own
# libraries, in folder $2 beside the usual one.
beside() {
  local lib
  lib=$(dirname "$(find "$dir/root" -name libc.so.6 | head -1)")
  printf '#!/bin/sh\nexec %s --library-path %s %s "$@"\n' "$(find "$dir/root" -name 'ld-linux*.so.*' | head -1)" "$lib" "$1" >"$2"
  chmod +x "$2"
}

# Valkey goes by the name of Redis there, so that the cache's tests start it.
if [ ! -x "$dir/valkey/redis-server" ]; then
  if apt_newer && (cd "$dir/debs" && apt-get "${options[@]}" download valkey-server valkey-tools libc6 libgcc-s1 libstdc++6 \
    libjemalloc2 liblzf1 libssl3t64 zlib1g libzstd1 libsystemd0 libcap2); then
    for deb in "$dir"/debs/*.deb; do dpkg -x "$deb" "$dir/root"; done
    mkdir -p "$dir/valkey"
    beside "$dir/root/usr/bin/valkey-server" "$dir/valkey/redis-server"
    "$dir/valkey/redis-server" --version || { rm -r "$dir/valkey"; missing Valkey "it does not start here"; }
  else
    missing Valkey "no newer suite of Debian can be read here"
  fi
fi

# PostgreSQL's programs start each other: they are told in themselves where their
# libraries are.
if [ ! -x "$dir/postgresql/usr/lib/postgresql/18/bin/initdb" ]; then
  if apt_newer && mkdir -p "$dir/pgdebs/partial" && : >"$dir/apt/none" &&
    apt-get "${options[@]}" -o "Dir::State::status=$dir/apt/none" -o "Dir::Cache::archives=$dir/pgdebs" \
      install --download-only -y --no-install-recommends postgresql-18 patchelf; then
    for deb in "$dir"/pgdebs/*.deb; do dpkg -x "$deb" "$dir/postgresql"; done
    lib=$(dirname "$(find "$dir/postgresql" -name libc.so.6 | head -1)")
    loader=$(find "$dir/postgresql" -name 'ld-linux*.so.*' | head -1)
    cp "$dir/postgresql/usr/bin/patchelf" "$dir/patchelf.new" && beside "$dir/patchelf.new" "$dir/patchelf"
    sed -i "s|--library-path [^ ]*|--library-path $lib|; s|exec [^ ]*|exec $loader|" "$dir/patchelf"
    for program in initdb postgres pg_basebackup; do
      "$dir/patchelf" --set-interpreter "$loader" --force-rpath --set-rpath "$lib" "$dir/postgresql/usr/lib/postgresql/18/bin/$program"
    done
    "$dir/postgresql/usr/lib/postgresql/18/bin/postgres" --version || { rm -r "$dir/postgresql"; missing "PostgreSQL 18" "it does not start here"; }
  else
    missing "PostgreSQL 18" "no newer suite of Debian can be read here"
  fi
fi

# A module has no folders named vendor, so that three headers come from Debian.
if [ ! -x "$dir/bin/ollama" ]; then
  if [ -d "$dir/root/usr/include/nlohmann" ] && command -v g++ >/dev/null; then
    mkdir -p "$dir/include/miniaudio"
    ln -sfn "$dir/root/usr/include/nlohmann" "$dir/include/nlohmann"
    ln -sfn "$dir/root/usr/include/stb" "$dir/include/stb"
    ln -sfn "$dir/root/usr/include/miniaudio.h" "$dir/include/miniaudio/miniaudio.h"
    echo "Building Ollama $ollama, which takes some minutes."
    GOBIN="$dir/bin" GOFLAGS= CGO_ENABLED=1 CGO_CPPFLAGS="-I$dir/include" go install "github.com/ollama/ollama@$ollama" ||
      missing Ollama "it does not build here"
  else
    missing Ollama "it needs g++ and headers of a newer suite of Debian"
  fi
fi
exit 0
