// Draws the pictures of the demo shop into public/demo: one for each product of apps/souk's catalogue, by its
// slug, and the few that the pages themselves show. The same input gives the same files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { motifs } from './motifs.mjs';

const out = new URL('../public/demo/', import.meta.url);
mkdirSync(out, { recursive: true });

/** [light, deep] of the wall behind. */
const walls = {
  sand: ['#f6e9d6', '#e9d2b2'],
  clay: ['#f3d9c9', '#e2b59c'],
  sage: ['#e2e8d8', '#c3d0b4'],
  sky: ['#dde9ec', '#b9d0d6'],
  rose: ['#f4dfdd', '#e3bdb9'],
  straw: ['#f8ecc6', '#ecd391'],
  ink: ['#d9dce4', '#b3bacb'],
  dusk: ['#3c3346', '#2a2333'],
};
const colours = {
  brass: { a: '#c8963e', b: '#f1e3c8', c: '#8a5a2b', d: '#6f4a1e' },
  paper: { a: '#d8c6a4', b: '#fdf4e0', c: '#c8963e', d: '#8b6a45' },
  moss: { a: '#6e7f52', b: '#f6ecd8', c: '#c8963e', d: '#4a3b28' },
  wood: { a: '#c48f5c', b: '#a87442', c: '#c8553d', d: '#6d4526' },
  green: { a: '#b9bec0', b: '#8f9698', c: '#3f7d64', d: '#5a5f61' },
  copper: { a: '#c9713f', b: '#e39a69', c: '#8c431e', d: '#4b2a1b' },
  stone: { a: '#d6c2a4', b: '#efe4d0', c: '#b65a36', d: '#7d684d' },
  linen: { a: '#efe6d6', b: '#d9cab2', c: '#b88e6b', d: '#8a6d50' },
  red: { a: '#b0432e', b: '#f0c37b', c: '#f6e6cf', d: '#5c1f17' },
  teal: { a: '#2f6f73', b: '#f0c987', c: '#e9e2cf', d: '#173d40' },
  ochre: { a: '#d59b36', b: '#f3e0b4', c: '#8c4a26', d: '#7c5215' },
  navy: { a: '#33486b', b: '#8d5a36', c: '#d9a24a', d: '#1e2b44' },
  cream: { a: '#f4ecdd', b: '#ded0b8', c: '#b0432e', d: '#8d7a60' },
  grey: { a: '#8d9197', b: '#747980', c: '#d6d9dc', d: '#43474d' },
  tan: { a: '#b9773f', b: '#a06330', c: '#efe0c6', d: '#66391a' },
  black: { a: '#3a3735', b: '#57524e', c: '#d9a24a', d: '#1f1c1a' },
  palm: { a: '#d9b878', b: '#9a5f33', c: '#8c4a26', d: '#7b5a2c' },
  rust: { a: '#b7552f', b: '#9a4323', c: '#f3e1c8', d: '#5e2814' },
  terra: { a: '#c4683f', b: '#d98158', c: '#7d9a63', d: '#7c3d22' },
  zinc: { a: '#a4b0b3', b: '#c8963e', c: '#7d888b', d: '#67757a' },
  seed: { a: '#d9a24a', b: '#7d9a63', c: '#c4683f', d: '#6c4b2b' },
  olive: { a: '#6b6b45', b: '#7c4a28', c: '#d9a24a', d: '#3a3a22' },
  mustard: { a: '#d39a2d', b: '#4a4c55', c: '#f3e1c8', d: '#3a2c17' },
  steel: { a: '#c9cfd2', b: '#7a4b2a', c: '#d8aa4c', d: '#4d5255' },
  iron: { a: '#3b3b3e', b: '#29292b', c: '#777', d: '#111' },
  sea: { a: '#5f9aa0', b: '#8fbcc0', c: '#e9dcc4', d: '#315a5f' },
  glass: { a: '#bfe0df', b: '#8fc3c9', c: '#fff', d: '#b98857' },
  indigo: { a: '#3d4c7a', b: '#2e3a61', c: '#e9dcc4', d: '#d8aa4c' },
  jute: { a: '#cda869', b: '#9c7638', c: '#7d5a2a', d: '#7d5a2a' },
  white: { a: '#fbf6ec', b: '#e3d6c0', c: '#c8553d', d: '#5b4331' },
  bloom: { a: '#f2d3c4', b: '#cf7f66', c: '#8c3f2e', d: '#6c2f22' },
  soap: { a: '#c88a72', b: '#efe2d0', c: '#8fa583', d: '#6d4a3c' },
};

/** slug: [motif, colours, wall] */
const products = {
  'brass-desk-lamp': ['deskLamp', 'brass', 'sage'],
  'paper-floor-lamp': ['floorLamp', 'paper', 'clay'],
  'glass-lantern': ['lantern', 'brass', 'dusk'],
  'beeswax-candles': ['candles', 'ochre', 'rose'],
  'ceramic-table-lamp': ['tableLamp', 'moss', 'straw'],
  'rattan-pendant': ['pendant', 'palm', 'sky'],
  'festoon-lights': ['bulbs', 'ochre', 'dusk'],
  'mint-tea-set': ['teaset', 'green', 'sand'],
  'olive-wood-board': ['board', 'wood', 'sage'],
  'copper-coffee-pot': ['coffeepot', 'copper', 'sky'],
  'spice-box': ['spicebox', 'wood', 'straw'],
  'stoneware-bowl': ['bowl', 'stone', 'ink'],
  'enamel-mug': ['mug', 'white', 'sky'],
  'cast-iron-pan': ['pan', 'iron', 'clay'],
  'chefs-knife': ['knife', 'steel', 'sage'],
  'pepper-mill': ['mill', 'wood', 'sand'],
  'linen-apron': ['apron', 'indigo', 'sand'],
  'dinner-plate': ['plate', 'sea', 'sand'],
  'glass-carafe': ['carafe', 'glass', 'rose'],
  'linen-tablecloth': ['cloth', 'linen', 'clay'],
  'wool-kilim': ['rug', 'red', 'sand'],
  'cotton-throw': ['throwBlanket', 'ochre', 'sky'],
  'cushion-cover': ['cushion', 'teal', 'rose'],
  'waffle-bath-towel': ['towel', 'soap', 'sky'],
  'quilted-bedspread': ['throwBlanket', 'bloom', 'sage'],
  'jute-doormat': ['mat', 'jute', 'ink'],
  'classic-t-shirt': ['tshirt', 'cream', 'clay'],
  'linen-shirt': ['shirt', 'sea', 'sand'],
  'wool-scarf': ['scarf', 'grey', 'rose'],
  'leather-slippers': ['slippers', 'ochre', 'sky'],
  'merino-sweater': ['sweater', 'rust', 'sage'],
  'chore-jacket': ['jacket', 'navy', 'sand'],
  'ribbed-socks': ['socks', 'teal', 'straw'],
  'straw-hat': ['hat', 'palm', 'sky'],
  'canvas-sneakers': ['sneakers', 'white', 'rose'],
  'market-basket': ['basket', 'palm', 'clay'],
  'canvas-tote': ['tote', 'cream', 'sage'],
  'leather-satchel': ['satchel', 'tan', 'sky'],
  'weekend-holdall': ['holdall', 'olive', 'sand'],
  'roll-top-backpack': ['backpack', 'mustard', 'ink'],
  'belt-bag': ['beltbag', 'black', 'straw'],
  'card-wallet': ['wallet', 'tan', 'sage'],
  sketchbook: ['book', 'black', 'sand'],
  'brass-pen': ['pen', 'brass', 'ink'],
  'wax-seal-kit': ['seal', 'red', 'sky'],
  'fountain-pen': ['pen', 'navy', 'straw'],
  'pencil-set': ['pencils', 'teal', 'rose'],
  'linen-notebook': ['book', 'rust', 'sage'],
  'letter-set': ['letters', 'bloom', 'sand'],
  'terracotta-planter': ['planter', 'terra', 'sky'],
  'watering-can': ['can', 'zinc', 'sage'],
  'herb-seeds': ['seeds', 'seed', 'sand'],
  'pruning-shears': ['shears', 'red', 'straw'],
  'hand-trowel': ['trowel', 'steel', 'clay'],
  'bird-feeder': ['feeder', 'wood', 'sky'],
  'garden-gloves': ['gloves', 'ochre', 'sage'],
  'olive-tree': ['tree', 'terra', 'rose'],
  'wall-clock': ['clock', 'paper', 'sage'],
  'round-mirror': ['mirror', 'brass', 'clay'],
  'stoneware-vase': ['vase', 'rust', 'sky'],
};

const defs = (wall) => `<defs>
<radialGradient id="wall" cx=".42" cy=".34" r=".9"><stop offset="0" stop-color="${walls[wall][0]}"/><stop offset="1" stop-color="${walls[wall][1]}"/></radialGradient>
<radialGradient id="glow"><stop offset="0" stop-color="#fff2c4" stop-opacity=".85"/><stop offset="1" stop-color="#fff2c4" stop-opacity="0"/></radialGradient>
<linearGradient id="glass" x2="1" y2="1"><stop offset="0" stop-color="#eaf3f3"/><stop offset="1" stop-color="#aac6c9"/></linearGradient>
<radialGradient id="shadow"><stop offset="0" stop-color="#3b1d0c" stop-opacity=".34"/><stop offset="1" stop-color="#3b1d0c" stop-opacity="0"/></radialGradient></defs>`;
const hung = new Set([
  'pendant',
  'bulbs',
  'clock',
  'mirror',
  'board',
  'rug',
  'feeder',
  'tshirt',
  'shirt',
  'jacket',
  'sweater',
  'apron',
  'pen',
  'shears',
]);
const ground = (wall) =>
  `<path d="M0 286h400v114H0z" fill="${walls[wall][1]}" fill-opacity=".55"/><path d="M0 286h400v3H0z" fill="#fff" fill-opacity=".25"/>`;
const shadow = (x = 200, y = 320, rx = 150) =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${rx / 6}" fill="url(#shadow)"/>`;

function scene([motif, colour, wall]) {
  const floor = hung.has(motif)
    ? `<g transform="translate(10 14)" opacity=".5">${shadow(200, 330, 130)}</g>`
    : ground(wall) + shadow();
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="800" height="800">${defs(wall)}<path d="M0 0h400v400H0z" fill="url(#wall)"/>${floor}${motifs[motif](colours[colour])}</svg>\n`;
}

const put = (x, y, scale, motif, colour) =>
  `<g transform="translate(${x} ${y}) scale(${scale})">${shadow()}${motifs[motif](colours[colour])}</g>`;
const page = (width, height, inner, wall = 'sand') =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${defs(wall)}${inner}</svg>\n`;
const arch = (x, y, w, h, fill) =>
  `<path d="M${x} ${y + h}V${y + w / 2}a${w / 2} ${w / 2} 0 0 1 ${w} 0V${y + h}z" fill="${fill}"/>`;

const hero = page(
  720,
  560,
  arch(70, 30, 270, 530, '#c8694a') +
    arch(90, 52, 230, 508, '#b4543a') +
    arch(370, 80, 290, 480, '#e0a45a') +
    arch(392, 104, 246, 456, '#eec07e') +
    '<rect x="20" y="492" width="680" height="26" rx="7" fill="#8b4a31"/><rect x="20" y="492" width="680" height="9" rx="4.5" fill="#a9603f"/>' +
    put(370, -40, 0.72, 'pendant', 'palm') +
    put(52, 190, 0.96, 'teaset', 'green') +
    put(-26, 256, 0.74, 'planter', 'terra') +
    put(330, 214, 0.88, 'basket', 'palm') +
    put(468, 236, 0.82, 'vase', 'teal') +
    put(220, 300, 0.6, 'bowl', 'stone'),
);
const door = page(
  420,
  560,
  '<path d="M0 0h420v560H0z" fill="#e7b98f"/>' +
    arch(70, 60, 280, 500, '#a8432a') +
    arch(96, 90, 228, 470, '#2f6f73') +
    '<path d="M208 90h5v470h-5z" fill="#1f5256"/>' +
    Array.from(
      { length: 10 },
      (_, i) =>
        `<circle cx="${i % 2 ? 240 : 180}" cy="${230 + Math.floor(i / 2) * 56}" r="7" fill="#e0b159"/>`,
    ).join('') +
    '<path d="M0 510h420v50H0z" fill="#8b4a31"/>' +
    put(-60, 290, 0.68, 'planter', 'terra') +
    put(250, 262, 0.76, 'tree', 'ochre') +
    put(108, -70, 0.5, 'pendant', 'palm'),
);
const thanks = page(
  400,
  400,
  '<circle cx="200" cy="200" r="190" fill="#f3d9c9"/>' +
    put(40, 30, 0.8, 'tote', 'rust') +
    '<circle cx="306" cy="108" r="44" fill="#37693f"/><path d="M286 108l14 15 27-30" fill="none" stroke="#fff" stroke-width="9" stroke-linecap="round" stroke-linejoin="round"/>',
);
const empty = page(
  400,
  400,
  '<circle cx="200" cy="200" r="190" fill="#f1e2c8"/>' + put(36, 34, 0.82, 'basket', 'palm'),
);

const rooms = {
  home: 'stoneware-vase',
  lighting: 'ceramic-table-lamp',
  kitchen: 'copper-coffee-pot',
  textiles: 'cushion-cover',
  clothing: 'merino-sweater',
  bags: 'leather-satchel',
  stationery: 'pencil-set',
  garden: 'terracotta-planter',
};
const files = { hero, door, thanks, empty };
for (const [slug, drawn] of Object.entries(products)) files[slug] = scene(drawn);
for (const [slug, product] of Object.entries(rooms))
  files[`category-${slug}`] = scene(products[product]);
for (const [name, text] of Object.entries(files)) writeFileSync(new URL(`${name}.svg`, out), text);
console.log(`art: ${Object.keys(files).length} pictures`);
