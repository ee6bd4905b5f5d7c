# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2154 # root and dir are lib.sh's
#
# install.sh - to be sourced behind lib.sh by the tests of this folder
#
#   make_quiet ARGUMENT...   make in the tree, with our $BUILD; what it prints is shown
#                            when it fails
#   window_remove FILE       a file window and its control plane

# Not what a make around us was told: its job server, its variables.
make_quiet() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u MAKEOVERRIDES make -s -C "$root" BUILD="$BUILD" "$@" \
		>"$dir/make.log" 2>&1 || {
		tail -n 20 "$dir/make.log" | sed 's/^/# /'
		return 1
	}
}

window_remove() {
	[ ! -e "$1" ] || rm -f "/dev/shm/plog-ctl-$(stat -c %D "$1")-$(printf '%x' "$(stat -c %i "$1")")" "$1"
}
