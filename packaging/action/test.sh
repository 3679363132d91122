#!/usr/bin/env bash
# Runs the cases: text to the log, annotations and a summary for the job, and JUnit to a file.
set -uo pipefail

paths=()
while IFS= read -r path; do
    [ -z "$path" ] || paths+=("$path")
done <<<"$SEGFN_PATHS"
read -ra flags <<<"$SEGFN_FLAGS"

echo "junit=$PWD/$SEGFN_JUNIT" >>"$GITHUB_OUTPUT"
# The bash of macOS takes an empty list for a mistake.
segfn test --report text --report github --report "junit=$SEGFN_JUNIT" \
    ${flags[@]+"${flags[@]}"} -- ${paths[@]+"${paths[@]}"}
