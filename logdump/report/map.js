// SPDX-License-Identifier: BSD-2-Clause
// The window's chunks in the order of their addresses, as `logdump --verify` maps them.
'use strict';

const CELLS = 1024; // at most: of a larger window, a cell is several chunks
const ACROSS = 64;

// From what hides least to what one has to see.
const STATES = ['blank', 'unused', 'whole', 'headless', 'damaged', 'zeroed', 'ones', 'foreign',
	'missing', 'unknown'];
const MEANINGS = { blank: 'never used', unused: 'not used, old bytes', whole: 'whole',
	headless: 'head lost, records found', damaged: 'damaged', zeroed: 'zeroed',
	ones: 'all ones', foreign: 'something else', missing: 'missing from the image' };

function bootClass(boot) {
	const age = boot === null ? 0 : data.boots[data.at].boot - boot;

	return boot === null || age === 0 ? '' : ' b' + (age > 0 && age < 4 ? age : age < 0 ? 1 : 3);
}

function worse(a, b) {
	return !a || STATES.indexOf(b.state) > STATES.indexOf(a.state) ? b : a;
}

function cellsOf(runs, chunks) {
	const each = Math.ceil(chunks / CELLS);
	const cells = new Array(Math.ceil(chunks / each)).fill(null);

	for (const run of runs)
		for (let i = Math.floor(run.first / each); i * each < run.first + run.count; i++)
			cells[i] = worse(cells[i], run);
	return { cells, each };
}

function cellTitle(run, i, each) {
	const which = each === 1 ? 'chunk ' + i : 'chunks ' + i * each + ' to ' + ((i + 1) * each - 1);

	return which + ': ' + run.state + (run.boot === null ? '' : ', boot ' + run.boot);
}

function mapDraw(window) {
	const { cells, each } = cellsOf(window.map, window.chunk_count);
	const rows = Math.ceil(cells.length / ACROSS);
	const canvas = svg('svg', { viewBox: `0 0 ${ACROSS * 10} ${rows * 12}`, role: 'img',
		'aria-label': 'Map of the window' });

	cells.forEach((run, i) => run && canvas.append(svg('rect', {
		x: i % ACROSS * 10 + .5, y: Math.floor(i / ACROSS) * 12 + .5, width: 8, height: 10, rx: 1.5,
		class: 's-' + run.state + bootClass(run.boot) },
	svg('title', null, cellTitle(run, i, each)))));
	byId('map').append(canvas);
}

function legendItem(kind, text) {
	return element('li', { class: kind }, element('i'), element('span', null, text));
}

function mapLegend(window) {
	const wholes = new Map();

	for (const run of window.map)
		if (run.state === 'whole')
			wholes.set(bootClass(run.boot), (wholes.get(bootClass(run.boot)) || new Set())
				.add(run.boot));
	for (const [kind, boots] of wholes)
		byId('map-legend').append(legendItem('s-whole' + kind, kind === '' ? 'this boot'
			: 'boot ' + [...boots].sort((a, b) => b - a).join(', ')));
	for (const state of STATES)
		if (state !== 'whole' && window.chunks[state])
			byId('map-legend').append(legendItem('s-' + state,
				count(window.chunks[state]) + ' ' + MEANINGS[state]));
}

function copies(part) {
	return part.entries + ' entries, ' + part.good.join(' and ') + ' good in their two copies'
		+ (part.repaired ? ', ' + part.repaired + ' repaired' : '');
}

function windowMake() {
	const window = data.window;

	byId('diagnosis').append(...window.diagnosis.map((text) => element('li', null, visible(text))));
	if (window.map === undefined) {
		byId('window-state').textContent = 'Nothing of it could be read.';
		return;
	}
	byId('window-state').textContent = visible(window.window) + ': ' + count(window.size / 1024)
		+ ' KiB, ' + count(window.chunk_count) + ' chunks of ' + count(window.chunk_size)
		+ ' bytes. Superblocks: ' + window.superblocks.good.filter((good) => good).length
		+ ' of 3 good. Boot table: ' + copies(window.boot_table) + '. Dictionary: '
		+ copies(window.dictionary) + '. Bits: ' + count(window.bits.wrong) + ' wrong of '
		+ count(window.bits.of) + '.'
		+ (window.verdict === 'whole' ? ' All of it is as it was written.' : '');
	mapDraw(window);
	mapLegend(window);
}
