// SPDX-License-Identifier: BSD-2-Clause
// Which lines are shown. The filter is the part of the address behind '#', so that a
// link to the page carries it: #level=err&tag=pump&pid=140&kernel=1&q=pressure, and
// from= and to= in seconds before the end of the boot.
'use strict';

const filter = { level: 7, tag: null, pid: null, kernel: false, q: '', from: null, to: null };
const filterListeners = [];

function secondsParse(text) {
	const s = text === null || text === '' ? NaN : Number(text);

	return Number.isFinite(s) && s >= 0 ? s : null;
}

function filterFromAddress() {
	const words = new URLSearchParams(location.hash.slice(1));
	const level = words.get('level');

	filter.level = LEVELS.includes(level) ? LEVELS.indexOf(level)
		: /^[0-7]$/.test(level || '') ? Number(level) : 7;
	filter.tag = words.get('tag');
	filter.pid = /^\d+$/.test(words.get('pid') || '') ? Number(words.get('pid')) : null;
	filter.kernel = words.get('kernel') === '1';
	filter.q = words.get('q') || '';
	filter.from = secondsParse(words.get('from'));
	filter.to = secondsParse(words.get('to'));
}

function filterAddress() {
	const words = new URLSearchParams();

	if (filter.level < 7)
		words.set('level', LEVELS[filter.level]);
	if (filter.tag !== null)
		words.set('tag', filter.tag);
	if (filter.pid !== null)
		words.set('pid', filter.pid);
	if (filter.kernel)
		words.set('kernel', '1');
	if (filter.q)
		words.set('q', filter.q);
	if (filter.from !== null)
		words.set('from', filter.from);
	if (filter.to !== null)
		words.set('to', filter.to);
	return words.toString();
}

// One way in for all that changes the filter: a field, a click, an address.
function filterSet(changes) {
	Object.assign(filter, changes);
	history.replaceState(null, '', '#' + filterAddress());
	filterListeners.forEach((tell) => tell());
}

function filterIsSet() {
	return filterAddress() !== '';
}

// Who is told of each change; called for what is set already, too.
function onFilter(tell) {
	filterListeners.push(tell);
}

function filterMatcher() {
	const words = filter.q.toLowerCase().split(/\s+/).filter((word) => word);
	const from = filter.from === null ? -Infinity : tally.end_mono - filter.from * 1e9;
	const to = filter.to === null ? Infinity : tally.end_mono - filter.to * 1e9;

	return (record) => {
		if (LEVELS.indexOf(record.level) > filter.level)
			return false;
		if (filter.kernel && record.source !== 'kernel')
			return false;
		if (filter.tag !== null && recordName(record) !== filter.tag)
			return false;
		if (filter.pid !== null && record.pid !== filter.pid)
			return false;
		if (record.monotonic_ns < from || record.monotonic_ns > to)
			return false;
		if (!words.length)
			return true;

		const text = (recordName(record) + ' ' + record.msg).toLowerCase();

		return words.every((word) => text.includes(word));
	};
}

addEventListener('hashchange', () => {
	filterFromAddress();
	filterListeners.forEach((tell) => tell());
});
