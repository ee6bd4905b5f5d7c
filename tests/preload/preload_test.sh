#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# preload_test.sh - programs that know nothing of plog: through libplog-preload.so,
# through `plog` as a pipe and `plog --exec`, through rsyslog. What they print and how
# they end does not change by it.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/deliver/daemon.sh
. "$root/tests/deliver/daemon.sh"
PATH=$BUILD:$PATH
preload=$BUILD/libplog-preload.so
unset PLOG_WINDOW PLOG_LEVEL PLOG_PRELOAD_STDERR PLOG_PRELOAD_PASS

[ -x "$BUILD/logdump" ] && [ -x "$BUILD/plog" ] || skip "preload: the tools are not built"
scratch preload
finish() {
	rsyslog_stop
	for file in "$dir"/*; do
		key=$(printf '%x' "$(stat -c %i "$file")")
		rm -f "/dev/shm/plog-ctl-$(stat -c %D "$file")-$key"
	done
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

# Each test has a window of its own.
window_new() {
	rm -f "$dir/window"
	plogctl init --size 1M "$dir/window" >/dev/null
}

# with COMMAND...: under the preload, standard error taken unless PLOG_PRELOAD_STDERR says
with() {
	env PLOG_WINDOW="$dir/window" PLOG_PRELOAD_STDERR="${PLOG_PRELOAD_STDERR-1}" \
		LD_PRELOAD="$preload" "$@"
}

# logged: "LEVEL NAME MESSAGE" of each record
logged() {
	logdump -b 0 -o json "$dir/window" 2>/dev/null |
		sed 's/.*"level":"\([a-z]*\)","tag":"\{0,1\}\([^",]*\)"\{0,1\},"comm".*"msg":"\(.*\)","verdict".*/\1 \2 \3/'
}

# logs WHAT: the records are these lines
logs() {
	logged >"$dir/logged"
	printf '%s\n' "$1" | cmp -s - "$dir/logged" || {
		printf '%s\n' "$1" | diff - "$dir/logged" | sed 's/^/# /'
		return 1
	}
}

# logged_says WORDS: does a record end so?
logged_says() {
	logged | grep -q "$1\$"
}

same_but_pids() {
	sed 's/\[[0-9]*\]:/[PID]:/' "$1" >"$1.same"
	sed 's/\[[0-9]*\]:/[PID]:/' "$2" | cmp -s "$1.same" -
}

# as_without COMMAND...: prints the same, and ends the same, with the preload as without
as_without() {
	code=0 with_code=0
	"$@" >"$dir/plain.out" 2>"$dir/plain.err" || code=$?
	window_new
	with "$@" >"$dir/with.out" 2>"$dir/with.err" || with_code=$?
	[ "$code" -eq "$with_code" ] && cmp -s "$dir/plain.out" "$dir/with.out" &&
		same_but_pids "$dir/plain.err" "$dir/with.err" || {
		echo "# exit $code, with the preload $with_code"
		diff "$dir/plain.out" "$dir/with.out" | sed 's/^/# /'
		diff "$dir/plain.err" "$dir/with.err" | sed 's/^/# /'
		return 1
	}
}

compile() {
	# shellcheck disable=SC2086 # flags
	"${CC:-cc}" -std=gnu11 -D_GNU_SOURCE $1 -o "$2" "$root/tests/preload/says.c" -lpthread
}

# --- syslog(3) ---

syslog_said='info says before openlog
err identity opening it: No such file or directory
crit identity wrapped 5 times
err says behind closelog'

# pid_kept: the record's pid is the process's
pid_kept() {
	window_new
	pid=$(with sh -c 'echo $$; exec "$0" syslog 2>/dev/null' "$1" | head -n 1)
	prints "$pid" sh -c "logdump -b 0 -o json -t identity -n 1 '$dir/window' |
		sed 's/.*\"pid\":\([0-9]*\).*/\1/'"
}

# LOG_PERROR shows that libc's own was called, or was not.
not_passed() {
	window_new
	[ -z "$(PLOG_PRELOAD_PASS=0 with "$1" syslog 2>&1 >/dev/null)" ] && logs "$syslog_said"
}

syslog_of() {
	PLOG_PRELOAD_STDERR=
	check "$2: syslog(3) goes on as before" as_without "$1" syslog
	check "$2: level, identity, %m, the mask" logs "$syslog_said"
	check "$2: the process id" pid_kept "$1"
	check "$2: not passed on, if told so" not_passed "$1"
	unset PLOG_PRELOAD_STDERR
}

python_says() {
	window_new
	PLOG_PRELOAD_STDERR='' with python3 -c '
import syslog
syslog.openlog("py")
syslog.syslog(syslog.LOG_WARNING, "from python")'
	logs 'warning py from python'
}

# --- standard error ---

stdio_said='notice says perror: Permission denied
notice says says: warnx 1
notice says NAME: error: No such file or directory
notice says one line of 
notice says one line of 3 pieces
err says with a level
notice says <9>with none
notice says behind an empty one
notice says c
notice says nul   inside'

stdio_lines() {
	as_without "$1" stdio && logged | sed "s#$1#NAME#" >"$dir/told"
	printf '%s\n' "$stdio_said" | cmp -s - "$dir/told" || {
		printf '%s\n' "$stdio_said" | diff - "$dir/told" | sed 's/^/# /'
		return 1
	}
}

# The last words of a process that is killed, finished or not.
dies() {
	window_new
	with "$1" die 2>/dev/null
	logs 'notice says line
notice says about to open the valve... '
}

# A tag, then each of 2000 lines once, none mixed with another.
threads_whole() {
	window_new
	with "$1" many 2>"$dir/err" || return 1
	[ "$(grep -c '^thread [ab] line [0-9]*$' "$dir/err")" -eq 1000 ] || return 1
	logged | sed 's/^[a-z]* says //' | sort -u >"$dir/logged"
	[ "$(grep -cE '^thread [ab] (line|syslog) [0-9]+$' "$dir/logged")" -eq 2000 ]
}

# The child's line is the child's, with its pid and without the parent's beginning.
forks() {
	window_new
	# shellcheck disable=SC2046 # two numbers
	set -- $(with "$1" fork 2>/dev/null)
	prints "$2 the child's line" sh -c "logdump -b 0 -o json '$dir/window' | grep \"child's line\" |
		sed 's/.*\"pid\":\([0-9]*\),.*\"msg\":\"\([^\"]*\)\".*/\1 \2/'" &&
		prints "$1 the parent's unfinished line" sh -c "logdump -b 0 -o json '$dir/window' |
		grep 'unfinished line' | sed 's/.*\"pid\":\([0-9]*\),.*\"msg\":\"\([^\"]*\)\".*/\1 \2/'"
}

asks() {
	as_without "$1" ask "$dir/reopened" && prints 'into a file' cat "$dir/reopened" &&
		logs 'notice says into a file'
}

# of_shell COMMAND WANT: what a shell's command says is logged, and goes on as before
of_shell() {
	as_without sh -c "$1" && logs "$2"
}

stderr_of() {
	check "$2: stdio, perror(), err(), error(): whole lines, levels" stdio_lines "$1"
	check "$2: descriptors and their copies go on as before" as_without "$1" descriptor
	check "$2: and are logged, standard output is not" logs 'notice says written
notice says vector of parts
notice says to a copy'
	check "$2: what is asked of stderr is answered as before" asks "$1"
	check "$2: SIGKILL loses nothing, not even half a line" dies "$1"
	check "$2: threads" threads_whole "$1"
	check "$2: a child is somebody else" forks "$1"
	check "$2: a signal handler" as_without "$1" handler
	check "$2: is logged" logs 'notice says from a handler'
}

stderr_levels() {
	window_new
	PLOG_PRELOAD_STDERR=warning with sh -c 'echo loud >&2; echo "<6>said" >&2' 2>/dev/null
	logs 'warning sh loud
info sh said' || return 1
	window_new
	PLOG_PRELOAD_STDERR=0 with sh -c 'echo nothing >&2' 2>/dev/null
	[ -z "$(logged)" ]
}

stderr_silent() {
	window_new
	[ -z "$(PLOG_PRELOAD_PASS=0 with sh -c 'echo quiet >&2; ls /nonexistent' 2>&1)" ] &&
		logs "notice sh quiet
notice ls ls: cannot access '/nonexistent': No such file or directory"
}

no_window() {
	[ "$(PLOG_WINDOW=$dir/none/w PLOG_PRELOAD_STDERR=1 LD_PRELOAD=$preload sh -c 'echo x >&2; exit 3' 2>&1
		echo $?)" = "x
3" ]
}

cxx_says() {
	cat >"$dir/cerr.cc" <<-'END'
		#include <iostream>
		int main() { std::cerr << "cerr " << 42 << '\n'; }
	END
	g++ -o "$dir/cerr" "$dir/cerr.cc" && as_without "$dir/cerr" && logs 'notice cerr cerr 42'
}

programs() {
	check "ls /nonexistent" of_shell 'exec ls /nonexistent' \
		"notice ls ls: cannot access '/nonexistent': No such file or directory"
	check "ls --nonsense (what libc's getopt says)" of_shell 'exec ls --nonsense' \
		"notice ls ls: unrecognized option '--nonsense'
notice ls Try 'ls --help' for more information."
	check "sh -c 'echo x >&2'" of_shell 'echo x >&2' 'notice sh x'
	check "a shell's standard output is not logged" of_shell 'echo x; (echo y >&2) >/dev/null' \
		'notice sh y'
	check "a level for all, and one of its own" stderr_levels
	check "not passed on, if told so" stderr_silent
	check "no window: it goes on as before" no_window
	command -v logger >/dev/null && check "logger -s (its copy on standard error)" logger_says
	if command -v g++ >/dev/null; then
		check "std::cerr" cxx_says
	else
		echo "skip std::cerr: no g++"
	fi
}

# It speaks to the daemon's socket itself; what it prints besides is standard error.
logger_says() {
	window_new
	with logger --socket-errors=off -s -t app "a message" 2>/dev/null
	logged | grep -q 'logger .*a message$'
}

# --- plog as a pipe, and --exec ---

pipe_says() {
	window_new
	printf '<6>one\ntwo\n<8>three\n<3>\nlast' | plog -w "$dir/window" -t pipe
	logs 'info pipe one
notice pipe two
notice pipe <8>three
err pipe 
notice pipe last'
}

# A line is there as soon as it is written, though the writer lives on.
pipe_at_once() {
	window_new
	mkfifo "$dir/fifo" || return 1
	plog -w "$dir/window" -t slow <"$dir/fifo" &
	exec 5>"$dir/fifo"
	echo first >&5
	until_true 30 logged_says first
	ret=$?
	exec 5>&-
	wait
	rm "$dir/fifo"
	return $ret
}

exec_says() {
	window_new
	code=0
	plog -w "$dir/window" -t app --exec sh -c \
		'echo out; echo "<3>bad" >&2; echo $$ >"$0"; exit 7' "$dir/pid" >"$dir/out" 2>&1 || code=$?
	[ "$code" -eq 7 ] && [ ! -s "$dir/out" ] && until_true 30 logged_says bad && logs 'notice app out
err app bad'
}

# Whoever starts it knows it by its process id, and ends it by signals.
exec_is_it() {
	window_new
	plog -w "$dir/window" -x sh -c 'echo $$; exec sleep 600' &
	pid=$!
	until_true 30 logged_says "$pid" && kill -TERM "$pid" || return 1
	code=0
	wait "$pid" || code=$?
	[ "$code" -eq 143 ]
}

# Its last words come though the reader was told to stop, too: as systemd stops a unit.
exec_last_words() {
	window_new
	setsid sh -c 'exec plog -w "$0" -x sh -c "trap \"echo last words; exit 0\" TERM; echo up;
		while :; do sleep 0.1; done"' "$dir/window" &
	group=$!
	until_true 30 logged_says up && kill -s TERM -- "-$group" && wait "$group"
	until_true 30 logged_says 'last words'
}

pipes() {
	check "a pipe: lines, their levels, half a line at the end" pipe_says
	check "a pipe: a line is there at once" pipe_at_once
	check "--exec: both outputs, levels, the exit code" exec_says
	check "--exec: it is the process that was started" exec_is_it
	check "--exec, and options behind it" says "the command stands behind it" plog -x -t app
	check "--exec: the last words of what is told to stop" exec_last_words
	check "--exec: no such command: exit 127" returns 127 plog -w "$dir/window" -x "$dir/none"
	check "--exec: one that cannot be run: exit 126" returns 126 plog -w "$dir/window" -x "$dir/window"
	check "--exec: one line says so" says '^plog: --exec .*/none: No such file' \
		plog -w "$dir/window" -x "$dir/none"
	check "--exec without a command: exit 2" returns 2 plog -w "$dir/window" --exec
}

# --- rsyslog: as docs/existing-programs.md has it ---

rsyslog_config() {
	rsyslog_begin && sed -n '/^    module(load="omprog")/,/^$/s/^    //p' \
		"$root/docs/existing-programs.md" |
		sed "s#/usr/bin/plog#$BUILD/plog -w $dir/window#" >"$dir/plog.conf"
	grep -q omprog "$dir/plog.conf" || return 1
	sed -i 's#^ruleset(name="all" queue.type="Direct") {#&\n'"$(grep action "$dir/plog.conf" |
		sed 's/[&#\\]/\\&/g')"'#' "$dir/rsyslog.conf"
	{ grep -v action "$dir/plog.conf"; cat "$dir/rsyslog.conf"; } >"$dir/both.conf"
	mv "$dir/both.conf" "$dir/rsyslog.conf"
}

rsyslog_says() {
	window_new
	logger -u "$dir/log" -p user.err -t app -i "disk is full"
	logger -u "$dir/log" -p daemon.info -t other "all is well"
	until_true 60 rsyslog_logged
}

rsyslog_logged() {
	logged >"$dir/logged"
	[ "$(grep -cE '^err rsyslog app\[[0-9]+\]: disk is full$|^info rsyslog other: all is well$' \
		"$dir/logged")" -eq 2 ]
}

through_rsyslog() {
	if ! rsyslog_works || ! command -v logger >/dev/null || ! command -v python3 >/dev/null; then
		echo "skip rsyslog: no rsyslogd, logger or python3"
		return
	fi
	window_new
	must "a configuration of rsyslogd, from the documentation" rsyslog_config
	must "rsyslogd starts" rsyslog_start
	check "what it takes is in plog, with its level" rsyslog_says
}

pipes
through_rsyslog
[ -e "$preload" ] || skip "preload: no $preload, which needs glibc"
must "a program, compiled" compile -O1 "$dir/says"
mkdir "$dir/fortified"
must "and with _FORTIFY_SOURCE" compile "-O2 -D_FORTIFY_SOURCE=2" "$dir/fortified/says"
syslog_of "$dir/says" plain
syslog_of "$dir/fortified/says" fortified
command -v python3 >/dev/null && check "python3's syslog" python_says
stderr_of "$dir/says" plain
stderr_of "$dir/fortified/says" fortified
programs
exit "$failed"
