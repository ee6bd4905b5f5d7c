// SPDX-License-Identifier: BSD-2-Clause
// The lines, newest at the end as in a terminal; older ones when they are asked for.
'use strict';

const STEP = 400;
let shownMost = STEP;

// The words searched for, marked.
function marked(text) {
	const words = filter.q.toLowerCase().split(/\s+/).filter((word) => word);
	const parts = [];
	let rest = text;

	while (rest && words.length) {
		const low = rest.toLowerCase();
		const found = words.map((word) => ({ word, at: low.indexOf(word) }))
			.filter((hit) => hit.at >= 0).sort((a, b) => a.at - b.at)[0];

		// Where lower case is of another length, places do not agree.
		if (!found || low.length !== rest.length)
			break;
		parts.push(rest.slice(0, found.at),
			element('mark', null, rest.slice(found.at, found.at + found.word.length)));
		rest = rest.slice(found.at + found.word.length);
	}
	return parts.concat(rest);
}

function detail(record) {
	const words = [];
	const add = (name, value) => value !== null && words.push(name + ' ' + visible(String(value)));

	words.push(record.time !== null ? shifted(record.time).slice(0, 10) + ' ' + clock(record.time)
		: 'time of day unknown');
	words.push((record.monotonic_ns / 1e9).toFixed(6) + ' s after the kernel’s start');
	words.push('−' + before(Math.max(0, tally.end_mono - record.monotonic_ns)) + ' to the end');
	add('thread', record.comm);
	add('tid', record.tid);
	add('cpu', record.cpu);
	if (record.file !== null)
		words.push(visible(record.file) + ':' + record.line);
	add('in', record.func);
	add('by', { app: 'the program', kernel: 'the kernel', msg: '/dev/plogmsg' }[record.source]);
	add('seq', record.seq);
	return element('span', { class: 'detail' }, words.join(' · '));
}

function line(record) {
	const who = withPid(recordName(record), record.pid);
	const message = element('span', { class: 'msg' }, ...marked(visible(record.msg)));
	const made = element('li', { class: 'l' + LEVELS.indexOf(record.level) },
		element('time', record.time !== null ? { datetime: record.time } : null, recordClock(record)),
		element('span', { class: 'level' }, record.level),
		element('span', { class: 'who', title: who }, who), message);

	if (record.cut)
		message.append(element('em', null, ' [cut]'));
	if (record.verdict !== 'intact')
		message.append(element('em', null, ' [' + record.verdict + ']'));
	made.addEventListener('click', () => {
		const open = made.querySelector('.detail');

		if (String(getSelection()))
			return;
		if (open)
			open.remove();
		else
			made.append(detail(record));
	});
	return made;
}

function logCount(matched) {
	const all = data.records.length;
	const more = tally.matched - all;
	const last = more > 0 ? 'the last ' : '';
	const older = more > 0 ? ' (' + count(more) + ' older ones are not on this page)' : '';

	byId('count').textContent = filterIsSet()
		? count(matched) + ' of ' + last + count(all) + ' lines match' + older
		: last + count(all) + ' lines' + older;
}

function logDraw() {
	const matched = data.records.filter(filterMatcher());
	const shown = matched.slice(-shownMost);
	const hidden = matched.length - shown.length;

	const lines = byId('lines');

	lines.replaceChildren(...shown.map(line));
	if (!shown.length)
		lines.append(element('li', { class: 'none' }, data.records.length
			? 'No line matches.' : 'Nothing was recovered.'));
	byId('more').hidden = !hidden;
	byId('more').textContent = 'Show ' + count(Math.min(STEP, hidden)) + ' of ' + count(hidden)
		+ ' older lines';
	logCount(matched.length);
	return lines;
}

// The end is what matters: it is in sight at first.
function logDrawEnd() {
	const lines = logDraw();

	lines.scrollTop = lines.scrollHeight;
}

// --- the fields above the lines ---

function processValue(tag, pid) {
	return tag === null && pid === null ? '' : JSON.stringify([tag, pid]);
}

function processOptions() {
	const names = [...new Set(tally.processes.map((process) => process.name))].sort();
	const options = [element('option', { value: '' }, 'all')];

	for (const name of names) {
		const same = tally.processes.filter((process) => process.name === name);

		options.push(element('option', { value: processValue(name, null) }, visible(name)));
		for (const process of same.length > 1 ? same : [])
			options.push(element('option', { value: processValue(name, process.pid) },
				' ' + withPid(name, process.pid)));
	}
	byId('process').append(...options);
}

// An address may name a process that the list does not.
function processShow() {
	const select = byId('process');
	let value = processValue(filter.tag, filter.pid);
	const known = (wanted) => [...select.options].some((option) => option.value === wanted);

	if (!known(value) && known(processValue(filter.tag, null))
		&& tally.processes.some((process) => process.name === filter.tag && process.pid === filter.pid))
		value = processValue(filter.tag, null);
	if (!known(value))
		select.append(element('option', { value }, filter.tag !== null
			? withPid(filter.tag, filter.pid) : 'process ' + filter.pid));
	select.value = value;
}

function fieldsShow() {
	byId('level').value = LEVELS[filter.level];
	byId('kernel').checked = filter.kernel;
	if (byId('text').value.trim() !== filter.q)
		byId('text').value = filter.q;
	processShow();
	byId('clear').hidden = !filterIsSet();
	byId('range').hidden = filter.from === null && filter.to === null;
	byId('range').textContent = (filter.from === null ? 'start' : '−' + before(filter.from * 1e9))
		+ ' to ' + (filter.to ? '−' + before(filter.to * 1e9) : 'end') + ' ×';
}

function fieldsMake() {
	byId('level').append(...LEVELS.map((name, level) => element('option', { value: name },
		level === 7 ? 'all' : level ? name + ' and worse' : name)).reverse());
	processOptions();
	byId('level').addEventListener('change', (event) =>
		filterSet({ level: LEVELS.indexOf(event.target.value) }));
	byId('process').addEventListener('change', (event) => {
		const [tag, pid] = event.target.value ? JSON.parse(event.target.value) : [null, null];

		filterSet({ tag, pid });
	});
	byId('kernel').addEventListener('change', (event) => filterSet({ kernel: event.target.checked }));
	byId('text').addEventListener('input', (event) => filterSet({ q: event.target.value.trim() }));
	byId('filters').addEventListener('submit', (event) => event.preventDefault());
	byId('range').addEventListener('click', () => filterSet({ from: null, to: null }));
	byId('clear').addEventListener('click', () => filterSet({ level: 7, tag: null, pid: null,
		kernel: false, q: '', from: null, to: null }));
	byId('more').addEventListener('click', () => {
		const lines = byId('lines');
		const below = lines.scrollHeight - lines.scrollTop;

		shownMost += STEP;
		logDraw();
		lines.scrollTop = lines.scrollHeight - below;
	});
}

function logMake() {
	fieldsMake();
	fieldsShow();
	logDrawEnd();
	onFilter(() => {
		shownMost = STEP;
		fieldsShow();
		logDrawEnd();
	});
}
