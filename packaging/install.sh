#!/bin/sh
# Installs segfn from a release: fetches the archive for this system, checks its SHA-256 and unpacks it.
#
#   curl -fsSL URL/install.sh | SEGFN_URL=URL sh
#
# SEGFN_URL    where the release's files are: an address, or a folder
# SEGFN_HOME   where segfn goes; ~/.local/share/segfn, if it isn't given
# SEGFN_BIN    where its link goes; ~/.local/bin, if it isn't given
set -eu

fail() {
    echo "segfn: $1" >&2
    exit 1
}

url=${SEGFN_URL:-}
[ -n "$url" ] || fail 'name where the release is in SEGFN_URL: an address such as https://…/releases/download/v1.2.3, or a folder'
url=${url%/}
home=${SEGFN_HOME:-$HOME/.local/share/segfn}
bin=${SEGFN_BIN:-$HOME/.local/bin}

case "$(uname -s) $(uname -m)" in
    'Linux x86_64') target=x86_64-unknown-linux-gnu ;;
    'Linux aarch64' | 'Linux arm64') target=aarch64-unknown-linux-gnu ;;
    'Darwin arm64') target=aarch64-apple-darwin ;;
    'Darwin x86_64') target=x86_64-apple-darwin ;;
    *) fail "there is no segfn for $(uname -s) $(uname -m): build it from its source" ;;
esac
if [ "$(uname -s)" = Linux ] && ! getconf GNU_LIBC_VERSION >/dev/null 2>&1; then
    fail 'segfn needs glibc, which this system (Alpine?) does not have'
fi

# fetch NAME FILE
fetch() {
    case "$url" in
        http://* | https://*)
            if command -v curl >/dev/null; then
                curl --fail --silent --show-error --location --output "$2" "$url/$1"
            elif command -v wget >/dev/null; then
                wget --quiet --output-document="$2" "$url/$1"
            else
                fail 'neither curl nor wget is there'
            fi
            ;;
        *) cp "$url/$1" "$2" ;;
    esac || fail "$url/$1 can't be fetched"
}

sum_of() {
    if command -v sha256sum >/dev/null; then
        sha256sum "$1"
    elif command -v shasum >/dev/null; then
        shasum -a 256 "$1"
    else
        fail 'neither sha256sum nor shasum is there: the archive could not be checked'
    fi | cut -d ' ' -f 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

fetch SHA256SUMS "$work/SHA256SUMS"
line=$(grep -- "-$target\.tar\.gz\$" "$work/SHA256SUMS") || fail "this release has nothing for $target"
want=${line%% *}
name=${line##* }
fetch "$name" "$work/archive"
have=$(sum_of "$work/archive")
[ "$have" = "$want" ] ||
    fail "$name is not what was released: its SHA-256 is $have and should be $want. Nothing was installed"

tar -xzf "$work/archive" -C "$work"
folder=$work/${name%.tar.gz}
"$folder/segfn" -V >/dev/null || fail 'the program does not run on this system. Nothing was installed'
mkdir -p "$bin" "$(dirname "$home")"
rm -rf "$home"
mv "$folder" "$home"
ln -sf "$home/segfn" "$bin/segfn"
echo "installed $("$bin/segfn" -V) as $bin/segfn"
case ":$PATH:" in
    *":$bin:"*) ;;
    *) echo "add $bin to your PATH" ;;
esac
echo "completions are in $home/completions, man pages in $home/man1"
