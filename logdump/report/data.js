// SPDX-License-Identifier: BSD-2-Clause
// What the page is of, and how it is written down. Found text becomes text nodes
// only; nothing here makes markup of a string.
'use strict';

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
const data = JSON.parse(document.getElementById('data').textContent);
const tally = data.tally;

// What would move other text about or hide: as logdump writes it elsewhere.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function visible(text) {
	return text.replace(UNSEEN, (c) => {
		const n = c.codePointAt(0);

		return n < 256 ? '\\x' + n.toString(16).padStart(2, '0')
			: '\\u' + n.toString(16).padStart(4, '0');
	});
}

// element('li', { class: 'x', title: 'y' }, child or text, ...)
function element(name, attributes, ...children) {
	const made = document.createElement(name);

	for (const [key, value] of Object.entries(attributes || {}))
		made.setAttribute(key, value);
	made.append(...children);
	return made;
}

function svg(name, attributes, ...children) {
	const made = document.createElementNS('http://www.w3.org/2000/svg', name);

	for (const [key, value] of Object.entries(attributes || {}))
		made.setAttribute(key, value);
	made.append(...children);
	return made;
}

function byId(id) {
	return document.getElementById(id);
}

function count(n) {
	return n.toLocaleString('en-US');
}

// A record goes by its tag, else by its thread's name: as logdump's -t has it.
function recordName(record) {
	if (record.tag !== null)
		return record.tag;
	if (record.source === 'kernel')
		return 'kernel';
	return record.comm !== null ? record.comm : 'unknown';
}

function withPid(name, pid) {
	return visible(name) + (pid > 0 ? '[' + pid + ']' : '');
}

// Times in the zone of whoever made the page: it is compared with other logs of there.
function shifted(rfc3339) {
	return new Date(Date.parse(rfc3339) + data.utc_offset * 1000).toISOString();
}

function clock(rfc3339) {
	const fraction = rfc3339.slice(20, 26).padEnd(6, '0');

	return shifted(rfc3339).slice(11, 19) + '.' + fraction;
}

function dayAndClock(rfc3339) {
	return rfc3339 === null ? 'unknown'
		: shifted(rfc3339).slice(0, 10) + ' ' + shifted(rfc3339).slice(11, 19);
}

// Seconds before the end, the way a person reads them.
function before(ns) {
	const s = ns / 1e9;

	if (s > 0 && s < 1)
		return Number((s * 1000).toPrecision(2)) + ' ms';
	if (s < 120)
		return Number(s.toFixed(s < 20 ? 1 : 0)) + ' s';
	return Number((s < 7200 ? s / 60 : s / 3600).toFixed(1)) + (s < 7200 ? ' min' : ' h');
}

// What a record shows for its time: where the time of day is unknown, that since boot.
function recordClock(record) {
	return record.time !== null ? clock(record.time)
		: '[' + (record.monotonic_ns / 1e9).toFixed(6).padStart(12) + ']';
}
