#!/usr/bin/env bash
# Installs segfn SEGFN_VERSION from npm into SEGFN_FOLDER, unless the cache had it, and puts the program on the path.
set -euo pipefail

binary='try { process.stdout.write(require(process.argv[1]).binary()) } catch { process.exit(1) }'
package="$SEGFN_FOLDER/node_modules/segfn"
if ! program=$(node -e "$binary" "$package"); then
    npm install --prefix "$SEGFN_FOLDER" --no-save --no-audit --no-fund "segfn@$SEGFN_VERSION"
    # With the message that says what is wrong.
    program=$(node -p 'require(process.argv[1]).binary()' "$package")
fi
node -p 'path.dirname(process.argv[1])' "$program" >>"$GITHUB_PATH"
"$program" --version
