#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# binding_test.sh - the device tree binding, by the tools that the kernel checks its
# own with: it is a schema, its example and the README's node pass, and what is wrong
# in a node is refused.

# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

binding=$root/packaging/devicetree/plog,window.yaml
for tool in dt-doc-validate dt-validate dt-extract-example dtc; do
	command -v "$tool" >/dev/null || skip "the binding: no $tool; scripts/deps.sh lint installs it"
done
scratch binding
trap scratch_done EXIT

# tree NODE-PROPERTIES: a board with a window whose node has these besides, compiled.
tree() {
	cat >"$dir/tree.dts" <<-END
		/dts-v1/;
		/ {
			compatible = "plog,test-board";
			model = "test board";
			#address-cells = <2>;
			#size-cells = <2>;

			memory@40000000 {
				device_type = "memory";
				reg = <0x0 0x40000000 0x0 0x20000000>;
			};

			reserved-memory {
				#address-cells = <2>;
				#size-cells = <2>;
				ranges;

				plog_ram: memory@58000000 {
					reg = <0x0 0x58000000 0x0 0x100000>;
					no-map;
				};
			};

			plog {
				compatible = "plog,window";
				$1
			};
		};
	END
	dtc -q -I dts -O dtb -o "$dir/tree.dtb" "$dir/tree.dts"
}

# What the schema says of the window's node: nothing when it is in order. That nobody
# knows this board is not the question.
complaints() {
	tree "$1" || return
	dt-validate -l plog,window -s "$dir/schemas/reserved-memory" "$dir/tree.dtb" 2>&1 | grep -i 'plog:' |
		grep -v 'failed to match any schema with compatible'
}

passes() {
	complaints "$1" >"$dir/said"
	sed 's/^/# /' "$dir/said"
	[ ! -s "$dir/said" ]
}

refused() {
	complaints "$2" >"$dir/said"
	grep -q -- "$1" "$dir/said" || {
		sed 's/^/# /' "$dir/said"
		return 1
	}
}

# By its path behind the root of all schemas: it is part of the schema's name.
is_schema() {
	(cd "$dir" && dt-doc-validate "schemas/reserved-memory/${binding##*/}") >"$dir/doc" 2>&1
	_ret=$?
	sed 's/^/# /' "$dir/doc"
	[ $_ret -eq 0 ] && [ ! -s "$dir/doc" ]
}

# Its own example names a label of the board's.
example() {
	dt-extract-example "$binding" >"$dir/example.dts" 2>"$dir/said" &&
		sed -n '/plog {/,/};/p' "$dir/example.dts" | sed '/compatible/d; /plog {/d; /};/d' \
			>"$dir/example" && [ -s "$dir/example" ] && passes "$(cat "$dir/example")"
}

mkdir -p "$dir/schemas/reserved-memory"
cp "$binding" "$dir/schemas/reserved-memory"
check "the binding is a schema" is_schema
region='memory-region = <&plog_ram>;'
check "a node with what is needed" passes "$region"
check "a node with all there is" passes "$region cache = \"wc\"; protect = <90>; no-console;"
check "the binding's example" example
check "refused: a misspelt property" refused "protetc" "$region protetc = <50>;"
check "refused: no memory-region" refused "memory-region" ""
check "refused: an unknown cache" refused "cache" "$region cache = \"wt\";"
check "refused: protect beyond 90" refused "protect" "$region protect = <91>;"
check "refused: no-console that is no flag" refused "no-console" "$region no-console = <1>;"
exit $failed
