// SPDX-License-Identifier: BSD-2-Clause
// The last seconds as a picture: records of each level above, of each process below,
// over one axis. Bars are whole pixels wide, so it is drawn anew for another width.
'use strict';

const HEIGHT = 132;
const ROW = 18;
let spanAt = 0;
let picked = null; // buckets between which the pointer is drawing

function bucketTotal(span, i) {
	return span.levels[i].reduce((sum, n) => sum + n, 0);
}

// A number that reads well, not below n.
function roundUp(n) {
	const ten = 10 ** Math.floor(Math.log10(n));

	return [1, 1.2, 1.5, 2, 3, 4, 5, 6, 8, 10].map((f) => f * ten).find((nice) => nice >= n);
}

function bar(i, width, n, y, height, level) {
	const x = Math.round(i * width / n);

	return svg('rect', { x, y, height, class: 'l' + level,
		width: Math.max(1, Math.round((i + 1) * width / n) - x - 1) });
}

// Severe levels stand at the bottom, and are seen however few they are.
function rateBars(span, top, width) {
	const bars = [];

	span.levels.forEach((levels, i) => {
		let y = HEIGHT;

		levels.forEach((n, level) => {
			if (!n)
				return;
			const height = Math.max(level < 5 ? 3 : 1, n / top * HEIGHT);

			y -= height;
			bars.push(bar(i, width, span.levels.length, y, height, level));
		});
	});
	return bars;
}

// What was severe stands at the bottom here, too.
function rowBars(row, width) {
	const top = Math.max(...row.records);
	const bars = [];

	row.records.forEach((n, i) => {
		if (!n)
			return;
		const height = Math.max(4, Math.round(Math.sqrt(n / top) * ROW));
		const severe = row.severe[i] ? Math.max(4, Math.round(height * row.severe[i] / n)) : 0;
		const put = (y, high, level) =>
			high > 0 && bars.push(bar(i, width, row.records.length, y, high, level));

		put(ROW - height, height - severe, severe ? 6 : row.worst[i]);
		put(ROW - severe, severe, row.worst[i]);
	});
	return bars;
}

function plot(span, width, height, kind, ...content) {
	const canvas = svg('svg', { viewBox: `0 0 ${width} ${height}`, height,
		preserveAspectRatio: 'none', 'shape-rendering': 'crispEdges', role: 'img',
		'aria-label': kind === 'rates' ? 'Records by level over time' : 'Records over time' },
	...content);
	const made = element('div', { class: 'plot ' + kind }, canvas);

	plotWatch(made, span);
	return made;
}

// --- the pointer: a click or a stroke is a filter ---

function bucketAt(made, event, span) {
	const box = made.getBoundingClientRect();
	const n = span.levels.length;

	return Math.min(n - 1, Math.max(0, Math.floor((event.clientX - box.left) / box.width * n)));
}

function bucketBefore(span, i) {
	return Math.max(0, (tally.end_mono - span.start - i * span.bucket) / 1e9);
}

function plotWatch(made, span) {
	made.addEventListener('pointermove', (event) => tipShow(made, span, bucketAt(made, event, span)));
	made.addEventListener('pointerleave', () => byId('tip').hidden = true);
	made.addEventListener('pointerdown', (event) => {
		picked = bucketAt(made, event, span);
	});
	made.addEventListener('pointerup', (event) => {
		if (picked === null)
			return;
		const i = Math.min(picked, bucketAt(made, event, span));
		const j = Math.max(picked, bucketAt(made, event, span));

		picked = null;
		filterSet({ from: Number(bucketBefore(span, i).toFixed(6)),
			to: Number(bucketBefore(span, j + 1).toFixed(6)) });
	});
}

function tipShow(made, span, i) {
	const tip = byId('tip');
	const box = made.getBoundingClientRect();
	const around = byId('chart').getBoundingClientRect();
	const lines = span.levels[i].map((n, level) => n
		? element('div', { class: 'level l' + level }, element('span', null, element('i'),
			LEVELS[level]), element('span', null, count(n))) : '');

	tip.replaceChildren(element('div', null, element('b', null, '−' + before(bucketBefore(span, i) * 1e9)),
		count(bucketTotal(span, i)) + (bucketTotal(span, i) === 1 ? ' record' : ' records')),
	...lines);
	tip.hidden = false;

	const x = box.left - around.left + (i + 1) / span.levels.length * box.width + 8;

	tip.style.left = Math.max(0, x + tip.offsetWidth > around.width ? x - tip.offsetWidth
		- 24 : x) + 'px';
}

// --- parts ---

function holes(span, width) {
	const all = span.bucket * span.levels.length;
	const x = (data.complete_mono - span.start) / all * width;

	if (!data.complete_mono || x <= 0)
		return [];
	return [svg('rect', { class: 'holes', x: 0, y: 0, width: Math.min(x, width), height: HEIGHT }),
		svg('line', { class: 'since', x1: x, x2: x, y1: 0, y2: HEIGHT })];
}

function mark(span, width, height) {
	const end = (before, otherwise) => before === null ? otherwise
		: (tally.end_mono - before * 1e9 - span.start) / (span.bucket * span.levels.length) * width;
	const from = Math.max(0, end(filter.from, 0));
	const to = Math.min(width, end(filter.to, width));

	return (filter.from !== null || filter.to !== null) && to > from
		? [svg('rect', { class: 'mark', x: from, y: 0, width: to - from, height })] : [];
}

function scale(top, perSecond) {
	const made = element('div', { class: 'scale' });

	for (const part of [0, .5, 1]) {
		const label = element('span', null, count(Number((top * part * perSecond).toPrecision(3)))
			+ (part === 1 ? '/s' : ''));

		label.style.top = (1 - part) * 100 + '%';
		made.append(label);
	}
	return made;
}

function ticks(span) {
	const all = span.bucket * span.levels.length;

	return element('div', { class: 'ticks' }, ...[1, .75, .5, .25].map((part) =>
		element('span', null, '−' + before(all * part))), element('span', null, 'last alive'));
}

function rowPut(chart, span, row, group, width) {
	const process = group && tally.processes[group.first];
	const total = row.records.reduce((sum, n) => sum + n, 0);

	if (!total)
		return;
	const name = !process ? 'all others' : group.count > 1
		? visible(process.name) + ' ×' + group.count : withPid(process.name, process.pid);
	const who = process ? element('button', { class: 'who', type: 'button', title: name }, name)
		: element('span', { class: 'who' }, name);

	if (process)
		who.addEventListener('click', () => filterSet({ tag: process.name,
			pid: group.count > 1 ? null : process.pid }));
	chart.append(who, plot(span, width, ROW, 'row', ...rowBars(row, width), ...mark(span, width, ROW)),
		element('span', { class: 'much number' }, count(total)));
}

function timelineDraw() {
	const chart = byId('chart');
	const span = tally.spans[spanAt];
	const most = Math.max(1, ...span.levels.map((levels, i) => bucketTotal(span, i)));
	const perSecond = 1e9 / span.bucket;
	const top = roundUp(most * perSecond) / perSecond;
	const probe = element('div');

	chart.replaceChildren(element('span'), probe, element('span'));
	const width = Math.max(120, Math.floor(probe.clientWidth));

	chart.replaceChildren(scale(top, perSecond), plot(span, width, HEIGHT, 'rates',
		...holes(span, width), svg('line', { class: 'grid', x1: 0, x2: width, y1: .5, y2: .5 }),
		svg('line', { class: 'grid', x1: 0, x2: width, y1: HEIGHT / 2, y2: HEIGHT / 2 }),
		...rateBars(span, top, width), ...mark(span, width, HEIGHT)),
	element('span'), element('span'), ticks(span), element('span'));
	span.rows.forEach((row, i) => rowPut(chart, span, row,
		i < span.rows.length - 1 ? tally.groups[i] : null, width));
	chart.append(element('div', { class: 'tip', id: 'tip', hidden: '' }));
}

function spanName(span) {
	return before(span.bucket * span.levels.length);
}

function spanPick(i) {
	spanAt = i;
	byId('span-name').textContent = spanName(tally.spans[i]);
	[...byId('spans').children].forEach((button, at) =>
		button.setAttribute('aria-pressed', at === i));
	timelineDraw();
}

function legendMake() {
	byId('legend').append(...LEVELS.map((name, level) =>
		element('li', { class: 'level l' + level }, element('i'), element('span', null, name)))
		.filter((item, level) => level > 2 || tally.spans.some((span) =>
			span.levels.some((levels) => levels[level]))));
}

function timelineMake() {
	const last = tally.spans.length - 1;

	tally.spans.forEach((span, i) => {
		const button = element('button', { type: 'button' },
			i === last ? 'All ' + spanName(span) : spanName(span));

		button.addEventListener('click', () => spanPick(i));
		byId('spans').append(button);
	});
	if (data.complete_mono)
		byId('chart-note').textContent = 'Behind the dashed line nothing is missing; '
			+ 'before it, older records were overwritten.';
	legendMake();
	// A minute where there is one: ten seconds of a quiet boot show little.
	spanPick(Math.min(1, last));
	onFilter(timelineDraw);
	addEventListener('resize', timelineDraw);
	addEventListener('beforeprint', timelineDraw);
}
