#!/usr/bin/env bash
# Compares each of SEGFN_FUNCTIONS with itself at the commit SEGFN_BASE, and writes all comparisons into one Markdown file.
# That versions differ doesn't fail the step: it is what a pull request is for.
set -euo pipefail

# A comment on GitHub has at most 65,536 characters.
most=65000

git cat-file -e "$SEGFN_BASE^{commit}" 2>/dev/null || git fetch --quiet --no-tags --depth=1 origin "$SEGFN_BASE"
events=()
while IFS= read -r path; do
    [ -z "$path" ] || events+=("$path")
done <<<"$SEGFN_EVENTS"

folder=$(mktemp -d "$RUNNER_TEMP/segfn-XXXXXX")
comment=$folder/comment.md
: >"$comment"
say() {
    printf '%s\n\n' "$1" >>"$comment"
}

worst=0
while IFS= read -r function; do
    [ -n "$function" ] || continue
    # FILE.tf:NAME is a function in a file.
    path=$function
    case "$path" in *.tf:*) path=${path%.tf:*}.tf ;; esac
    if ! git cat-file -e "$SEGFN_BASE:./$path" 2>/dev/null; then
        say "\`$function\` is new: there is nothing to compare it with."
        continue
    fi
    code=0
    segfn diff --report text --report "markdown=$folder/one.md" -- "git:$SEGFN_BASE" "$function" \
        ${events[@]+"${events[@]}"} || code=$?
    if [ "$code" -gt 1 ]; then
        say "\`$function\` could not be compared: the log of the job says why."
        worst=$code
    elif [ $(($(wc -c <"$comment") + $(wc -c <"$folder/one.md"))) -gt "$most" ]; then
        say "\`$function\` differs too much to be shown here: the log of the job has it."
    else
        say "$(cat "$folder/one.md")"
    fi
done <<<"$SEGFN_FUNCTIONS"

echo "comment=$comment" >>"$GITHUB_OUTPUT"
cat "$comment" >>"$GITHUB_STEP_SUMMARY"
exit "$worst"
