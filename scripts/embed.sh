#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# embed.sh PREFIX NAME=FILE[,FILE...] ... - text files as C, on standard output.
#
# For each NAME, const char PREFIX_NAME[] with the text of its files, one behind the
# other, and PREFIX_NAME_hash[] with their SHA-256 as a Content-Security-Policy
# names it. Runs on the build host, and needs nothing that a compiler does not.

set -eu

[ $# -ge 2 ] || {
	echo "usage: embed.sh PREFIX NAME=FILE[,FILE...] ..." >&2
	exit 2
}

# Hex digits to base64, 24 bits at a time.
base64_of() {
	awk '{
		digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
		for (i = 1; i <= length($1); i += 6) {
			part = substr($1 "0000", i, 6)
			bits = 0
			for (k = 1; k <= 6; k++)
				bits = bits * 16 + index("0123456789abcdef", substr(part, k, 1)) - 1
			for (k = 262144; k >= 1; k /= 64)
				out = out substr(digits, int(bits / k) % 64 + 1, 1)
		}
		# 32 bytes leave one base64 digit over.
		print substr(out, 1, 43) "="
	}'
}

prefix=$1
shift
echo "/* Made by scripts/embed.sh. */"
for word; do
	name=${prefix}_${word%%=*}
	files=$(printf '%s\n' "${word#*=}" | tr ',' ' ')
	# shellcheck disable=SC2086 # a list of files
	hash=$(cat $files | sha256sum | base64_of)
	printf 'extern const char %s[], %s_hash[];\n' "$name" "$name"
	printf 'const char %s_hash[] = "sha256-%s";\n' "$name" "$hash"
	printf 'const char %s[] =\n' "$name"
	# shellcheck disable=SC2086
	cat $files | sed 's/[\\"]/\\&/g; s/^/\t"/; s/$/\\n"/'
	echo "	;"
done
