// SPDX-License-Identifier: BSD-2-Clause
// Who was logging, and which boots the window holds.
'use strict';

const ROWS = 40;

function tableFill(table, head, rows) {
	table.append(element('thead', null, element('tr', null, ...head.map(([name, kind]) =>
		element('th', { scope: 'col', class: kind || '' }, name)))),
	element('tbody', null, ...rows));
}

function cell(content, kind) {
	return element('td', { class: kind || '' }, content);
}

// What several processes of a name come to.
function groupSum(members) {
	const last = members.reduce((a, b) => b.last_mono > a.last_mono ? b : a);
	const worst = Math.min(...members.map((process) => LEVELS.indexOf(process.worst)));
	const sum = (key) => members.reduce((n, process) => n + process[key], 0);

	return Object.assign({}, last, { pid: null, records: sum('records'), recent: sum('recent'),
		worst: LEVELS[worst], comm: members.every((process) => process.comm === last.comm)
			? last.comm : null });
}

function processRow(process, kind, pid) {
	const name = element('button', { type: 'button' }, visible(process.name));
	const back = tally.end_mono - process.last_mono;

	name.addEventListener('click', () => {
		filterSet({ tag: process.name, pid: process.pid });
		byId('log').scrollIntoView();
	});
	return element('tr', { class: kind }, cell(name), cell(pid, 'number'),
		cell(process.comm === null ? '' : visible(process.comm)),
		cell(count(process.records), 'number'), cell(count(process.recent), 'number'),
		element('td', { class: 'level l' + LEVELS.indexOf(process.worst) }, element('i'),
			element('span', null, process.worst)),
		cell(process.last === null ? '' : clock(process.last)),
		cell(back > 0 ? '−' + before(back) : 'at the end', 'number'));
}

function pidText(process) {
	return process.pid > 0 ? String(process.pid) : '';
}

// A row, or one for all processes of a name, that opens.
function groupRows(members) {
	if (members.length === 1)
		return [processRow(members[0], '', pidText(members[0]))];
	const toggle = element('button', { type: 'button', 'aria-expanded': 'false' },
		count(members.length) + ' processes');
	const head = processRow(groupSum(members), '', toggle);

	toggle.addEventListener('click', () => {
		const open = toggle.getAttribute('aria-expanded') === 'true';

		toggle.setAttribute('aria-expanded', String(!open));
		if (open)
			members.forEach(() => head.nextSibling.remove());
		else
			head.after(...members.map((process) => processRow(process, 'part', pidText(process))));
	});
	return [head];
}

function processesMake() {
	const head = [['Process'], ['PID', 'number'], ['Thread'], ['Records', 'number'],
		['Last minute', 'number'], ['Worst level'], ['Last record'], ['Before the end', 'number']];
	const members = tally.groups.map(() => []);

	tally.processes.forEach((process) => members[process.group].push(process));
	const left = members.slice(ROWS).flat().reduce((sum, process) => sum + process.records,
		tally.unnamed);

	tableFill(byId('processes'), head, members.slice(0, ROWS)
		.flatMap(groupRows));
	if (left)
		byId('processes').tBodies[0].append(element('tr', null, element('td', { colspan: head.length },
			'and others, of ' + count(left) + ' records')));
}

function bootRow(boot, at) {
	return element('tr', at === data.at ? { class: 'this' } : null, cell(String(boot.boot), 'number'),
		cell(boot.boot_id === null ? 'unknown' : boot.boot_id.slice(0, 8)),
		cell(dayAndClock(boot.start)), cell(boot.verdict === 'running' ? '' : dayAndClock(boot.end)),
		cell(count(boot.records + boot.repaired), 'number'),
		cell((boot.verdict || 'unknown') + (boot.reason ? ': ' + visible(boot.reason) : ''), 'wide'));
}

function bootsMake() {
	tableFill(byId('boots'), [['Boot', 'number'], ['ID'], ['Start'], ['Last alive'],
		['Records', 'number'], ['How it ended']], data.boots.map(bootRow));
}
