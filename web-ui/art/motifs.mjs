// The things of the shop, drawn on 400 x 400. Each takes its colours (a: main, b: second, c: accent,
// d: dark) and returns what stands on the ground at y = 320. `sheen` and `shade` are the light on it.
const sheen = 'fill="#fff" fill-opacity=".28"';
const shade = 'fill="#2a120a" fill-opacity=".16"';
const line = (d, colour, width = 6) =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
const path = (d, fill) => `<path d="${d}" fill="${fill}"/>`;
const lit = (d, kind = shade) => `<path d="${d}" ${kind}/>`;
const oval = (x, y, rx, ry, fill) =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}"/>`;
const box = (x, y, w, h, r, fill) =>
  `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="${r}" fill="${fill}"/>`;
const many = (n, f) => Array.from({ length: n }, (_, i) => f(i)).join('');
const glow = (x, y, r) => `<circle cx="${x}" cy="${y}" r="${r}" fill="url(#glow)"/>`;
const turned = (degrees, x, y, inner) => `<g transform="rotate(${degrees} ${x} ${y})">${inner}</g>`;

const deskLamp = ({ a, b, d }) =>
  glow(215, 190, 150) +
  oval(200, 314, 62, 12, d) +
  box(194, 178, 12, 132, 5, a) +
  oval(200, 306, 58, 11, a) +
  path('M140 190 168 96h64l28 94q-60 18-120 0z', b) +
  lit('M216 96h16l28 94q-16 5-34 7z') +
  lit('M148 184 172 100h12l-18 90z', sheen) +
  oval(200, 193, 56, 7, '#fff3cf') +
  line('M226 200v26', d, 2.5);
const floorLamp = ({ a, b, d }) =>
  glow(200, 140, 160) +
  line('M200 200 150 318M200 200 250 318M200 200v110', d, 8) +
  path('M132 84q68-26 136 0l-8 112q-60 20-120 0z', b) +
  many(7, (i) =>
    line(`M${146 + i * 18} ${82 - 8 * Math.sin((i + 1) / 2.6)}L${150 + i * 16.6} 200`, a, 1.6),
  ) +
  lit('M236 76q22 2 32 8l-8 112q-12 5-30 8z');
const tableLamp = ({ a, b, d }) =>
  glow(200, 150, 150) +
  path('M160 316q-22-54 22-88h36q44 34 22 88z', a) +
  lit('M218 228q44 34 22 88h-30q26-48-6-88z') +
  lit('M172 300q-12-40 14-66-2 30-2 66z', sheen) +
  box(190, 202, 20, 28, 4, d) +
  path('M122 208 152 96h96l30 112z', b) +
  many(8, (i) => line(`M${160 + i * 11.4} 98L${136 + i * 18.4} 206`, '#00000018', 3));
const pendant = ({ a, b, d }) =>
  line('M200 20v80', d, 4) +
  glow(200, 220, 160) +
  path('M184 100h32l-4 24h-24z', d) +
  path('M110 250q6-122 90-128 84 6 90 128-90 34-180 0z', b) +
  many(9, (i) => line(`M200 122Q${104 + i * 24} 160 ${112 + i * 22} 252`, a, 3)) +
  many(4, (i) =>
    line(`M${146 - i * 11} ${152 + i * 28}q${54 + i * 11} 22 ${108 + i * 22} 0`, a, 3),
  ) +
  oval(200, 252, 88, 15, '#fff0c2') +
  oval(200, 252, 34, 10, '#fff');
const lantern = ({ a, b, d }) =>
  glow(200, 220, 140) +
  line('M160 120q40-78 80 0', d, 6) +
  path('M152 138 200 96l48 42z', a) +
  box(146, 138, 108, 12, 4, d) +
  box(154, 150, 92, 150, 6, '#fff6df') +
  box(154, 150, 92, 150, 6, `${b}55`) +
  box(180, 220, 40, 80, 6, '#fdf4e3') +
  path('M200 176q20 26 0 40-20-14 0-40z', '#f5a63d') +
  many(3, (i) => box(150 + i * 46, 146, 8, 158, 3, a)) +
  box(140, 300, 120, 18, 5, a) +
  lit('M164 156h12v138h-12z', sheen);
const candles = ({ a, b, d }) =>
  glow(200, 120, 120) +
  many(6, (i) => {
    const x = 118 + i * 29;
    const y = 160 + (i % 3) * 16;
    return (
      box(x, y, 22, 290 - y, 7, a) +
      lit(`M${x + 14} ${y + 4}h6v${282 - y}h-6z`) +
      line(`M${x + 11} ${y}v-9`, d, 2.5) +
      path(`M${x + 11} ${y - 34}q10 14 0 24-10-10 0-24z`, '#f5a63d')
    );
  }) +
  path('M104 268h196l-12 50H116z', b) +
  lit('M104 268h196l-3 12H107z', sheen) +
  line('M104 288 300 288', d, 2);
const bulbs = ({ a, b, d }) =>
  line('M-10 110q110 120 210 30t210 0', d, 5) +
  many(5, (i) => {
    const [x, y] = [
      [40, 152],
      [118, 180],
      [200, 140],
      [286, 96],
      [352, 134],
    ][i];
    return (
      glow(x, y + 44, 66) +
      box(x - 9, y - 6, 18, 22, 4, d) +
      path(`M${x - 10} ${y + 14}q-26 34 10 62 36-28 10-62z`, i % 2 ? b : a) +
      line(`M${x - 6} ${y + 50}l6-14 6 14`, '#b4641b', 2.5)
    );
  }) +
  line('M20 300q90 70 180 8t200 10', `${d}55`, 4);
const teaset = ({ a, b, c, d }) =>
  line('M240 178q62-12 50 46-8 34-58 38', d, 9) +
  path('M112 220q-46-10-54-58l16-6q14 34 50 36z', a) +
  path('M98 240q0-78 78-78t78 78q0 52-40 62h-76q-40-10-40-62z', a) +
  lit('M210 172q44 14 44 68 0 52-40 62h-24q44-46 20-130z') +
  lit('M116 250q-4-50 34-68-18 40-6 100-24-6-28-32z', sheen) +
  path('M140 166q36-44 72 0z', b) +
  oval(176, 138, 9, 9, d) +
  many(
    2,
    (i) =>
      path(`M${252 + i * 56} 250h46l-7 68h-32z`, c) +
      path(`M${254 + i * 56} 266h42l-1 10h-40z`, '#f4cf6b') +
      lit(`M${284 + i * 56} 250h14l-7 68h-12z`),
  );
const board = ({ a, b, d }) =>
  turned(
    -14,
    200,
    200,
    path(
      'M118 116q0-30 32-30h34V52q0-18 16-18t16 18v34h34q32 0 32 30v168q0 34-34 34h-96q-34 0-34-34z',
      a,
    ) +
      many(5, (i) =>
        line(`M${140 + i * 28} 104q${i % 2 ? 26 : -14} 90 ${i % 2 ? -6 : 10} 196`, b, 3.5),
      ) +
      oval(206, 210, 12, 22, `${d}66`) +
      `<circle cx="200" cy="58" r="8" fill="${d}"/>` +
      lit('M252 96q30 4 30 20v168q0 30-30 34z'),
  );
const coffeepot = ({ a, b, d }) =>
  turned(-24, 250, 180, box(244, 168, 126, 15, 7, d)) +
  path('M132 316q-22-40 14-92l-12-70h116l-12 70q36 52 14 92z', a) +
  lit('M214 154h36l-12 70q36 52 14 92h-36q26-60-4-92z') +
  lit('M150 304q-14-36 10-72l-8-68h14l4 68q-14 36-4 72z', sheen) +
  oval(192, 154, 58, 10, b) +
  oval(192, 156, 46, 6, d) +
  path('M134 150 112 142l24 22z', a) +
  line('M150 118q-12-18 4-34t-4-34M192 112q-12-18 4-34t-4-34', '#ffffff99', 6);
const spicebox = ({ a, b, c, d }) =>
  path('M84 168h232v140q0 10-10 10H94q-10 0-10-10z', a) +
  path('M84 168 112 108h176l28 60z', b) +
  many(9, (i) => {
    const x = 138 + (i % 3) * 62;
    const y = 196 + Math.floor(i / 3) * 40;
    return (
      oval(x, y, 26, 16, d) +
      oval(
        x,
        y - 3,
        22,
        12,
        [c, '#e2a526', '#7b8b3a', '#8d3b1c', '#d9c7a0', '#5b3a29', '#e06c2c', '#a83b3b', '#c9b037'][
          i
        ],
      )
    );
  }) +
  lit('M84 168h232v10H84z', sheen);
const bowl = ({ a, b, c }) =>
  oval(200, 196, 118, 34, b) +
  oval(200, 200, 100, 26, c) +
  path('M82 196q6 100 76 116h84q70-16 76-116-118 66-236 0z', a) +
  lit('M318 196q-6 100-76 116h-40q80-40 92-104z') +
  lit('M98 222q14 56 54 78-50-18-60-88z', sheen) +
  box(156, 308, 88, 12, 5, a);
const cloth = ({ a, b, c }) =>
  path('M70 160h260l24 130q-30 30-60 4t-64 8-68-6-68 6-48-12z', a) +
  path('M70 160h260l6 30H64z', b) +
  many(8, (i) =>
    line(`M${90 + i * 32} 164q${i % 2 ? 12 : -8} 60 ${(i - 4) * 4} 122`, '#0000001c', 6),
  ) +
  box(140, 110, 120, 50, 6, c) +
  line('M140 127h120M140 144h120', '#00000026', 3) +
  line('M46 300q30 8 60 0', '#0000', 1);
const rug = ({ a, b, c, d }) =>
  turned(
    -6,
    200,
    200,
    box(96, 64, 208, 262, 4, a) +
      many(14, (i) => line(`M${104 + i * 14.8} 60v-14M${104 + i * 14.8} 330v14`, b, 4)) +
      box(108, 78, 184, 234, 2, d) +
      box(116, 86, 168, 218, 2, b) +
      many(
        3,
        (i) =>
          path(`M200 ${104 + i * 64}l62 32-62 32-62-32z`, c) +
          path(`M200 ${118 + i * 64}l34 18-34 18-34-18z`, a) +
          path(`M200 ${128 + i * 64}l14 8-14 8-14-8z`, d),
      ) +
      many(4, (i) =>
        path(`M116 ${104 + i * 64 - 16}l22 16-22 16zM284 ${104 + i * 64 - 16}l-22 16 22 16z`, a),
      ),
  );
const throwBlanket = ({ a, b, d }) =>
  path('M92 150q0-22 22-22h172q22 0 22 22v150H92z', a) +
  path('M92 206h216v36H92z', b) +
  many(9, (i) => line(`M${104 + i * 24} 134v162`, '#ffffff40', 3)) +
  many(5, (i) => line(`M96 ${150 + i * 30}h208`, '#0000001a', 3)) +
  many(18, (i) => line(`M${98 + i * 12} 300v18`, b, 4)) +
  lit('M270 128h16q22 0 22 22v150h-38z') +
  line('M92 262q108 18 216 0', `${d}44`, 3);
const cushion = ({ a, b, c }) =>
  path('M84 104q116 24 232 0-24 104 0 208-116-24-232 0 24-104 0-208z', a) +
  path('M200 138l74 70-74 70-74-70z', b) +
  path('M200 164l46 44-46 44-46-44z', c) +
  path('M200 188l20 20-20 20-20-20z', a) +
  many(4, (i) =>
    turned(
      i * 90,
      200,
      208,
      `<circle cx="200" cy="122" r="7" fill="${b}"/><circle cx="176" cy="126" r="4" fill="${c}"/><circle cx="224" cy="126" r="4" fill="${c}"/>`,
    ),
  ) +
  lit('M280 110q20-2 36-6-24 104 0 208-18-4-36-6 14-100 0-196z');
const garment = (collar, extra) => (k) =>
  path('M148 92 86 124 58 204l44 18 18-42v138h160V180l18 42 44-18-28-80-62-32q-52 40-104 0z', k.a) +
  lit('M256 98l58 26 28 80-44 18-18-42v138h-46z') +
  lit('M142 112l-40 20-24 62 14 6 30-60z', sheen) +
  collar(k) +
  extra(k);
const sleeved = (collar, extra) => (k) =>
  path(
    'M148 92 92 120 40 292l46 16 44-128v138h140V180l44 128 46-16-52-172-56-28q-52 40-104 0z',
    k.a,
  ) +
  lit('M256 98l52 24 52 170-46 16-44-128v138h-40z') +
  lit('M142 112l-36 20-48 152 14 5 54-140z', sheen) +
  line('M46 284l42 15M354 284l-42 15', k.b, 11) +
  collar(k) +
  extra(k);
const tshirt = garment(
  ({ b }) => line('M148 92q52 44 104 0', b, 9),
  () => '',
);
const shirt = sleeved(
  ({ b, d }) =>
    path('M152 88q48 22 96 0l-6 20q-42 20-84 0z', b) +
    line('M200 106v212', '#00000026', 3) +
    many(5, (i) => `<circle cx="200" cy="${132 + i * 42}" r="5" fill="${d}"/>`),
  ({ b }) => box(222, 160, 40, 46, 4, `${b}aa`),
);
const sweater = sleeved(
  ({ b }) => line('M148 92q52 40 104 0', b, 15),
  ({ b }) =>
    many(10, (i) => line(`M${130 + i * 15.5} 300v18`, b, 4)) +
    many(3, (i) =>
      many(8, (j) => path(`M${128 + j * 20} ${170 + i * 14}l8-9 8 9-8 9z`, i === 1 ? b : `${b}88`)),
    ),
);
const jacket = sleeved(
  ({ b, d }) =>
    path('M148 92l34 60 18-26 18 26 34-60-52 20z', b) +
    line('M200 130v188', '#00000033', 3) +
    many(4, (i) => `<circle cx="208" cy="${164 + i * 40}" r="6" fill="${d}"/>`),
  ({ b }) =>
    box(136, 240, 50, 56, 5, b) + box(222, 240, 46, 56, 5, b) + box(222, 168, 42, 42, 5, b),
);
const scarf = ({ a, b, c }) =>
  path('M132 96q68-40 136 0l-14 62q-54 30-108 0z', a) +
  path('M150 146h54l14 168h-64z', a) +
  path('M204 150 252 140 286 288l-52 16z', b) +
  many(6, (i) => line(`M${152 + i} ${172 + i * 22}l27 12 ${27 + i} -12`, c, 4)) +
  many(5, (i) => line(`M${220 + i * 8} ${184 + i * 24}l22 6 22-16`, `${c}aa`, 4)) +
  many(6, (i) => line(`M${158 + i * 11} 314v16M${238 + i * 9} ${304 - i * 3}l4 15`, c, 4)) +
  lit('M146 122q54 30 108 0l-4 36q-54 30-104 0z');
const slippers = ({ a, b, d }) =>
  many(
    2,
    (i) =>
      `<g transform="translate(${i * 112} ${i * 18})">` +
      path('M72 262q-8-106 46-158 58 54 42 158-6 44-46 44t-42-44z', a) +
      path('M92 232q22-30 48 0 2 40-2 54-22 20-44 0-4-20-2-54z', d) +
      path('M84 220q34-46 66 0-8-60-33-98-26 40-33 98z', b) +
      lit('M140 128q28 60 20 134-6 44-40 44 40-60 20-178z') +
      '</g>',
  );
const socks = ({ a, b, c }) =>
  many(3, (i) => {
    const x = i * 62;
    const k = [a, b, c][i];
    return (
      `<g transform="translate(${x} ${i * 10})">` +
      path('M92 92h62v126q0 20 22 32l34 20q18 14 2 32-8 10-26 8l-68-16q-36-10-32-52z', k) +
      box(88, 84, 70, 34, 8, k) +
      many(6, (j) => line(`M${97 + j * 10.6} 90v24`, '#00000026', 3)) +
      lit('M136 118h18v100q0 20 22 32-50 4-40-40z') +
      '</g>'
    );
  });
const hat = ({ a, b, d }) =>
  oval(200, 262, 150, 40, a) +
  many(
    3,
    (i) =>
      `<ellipse cx="200" cy="262" rx="${140 - i * 22}" ry="${36 - i * 7}" fill="none" stroke="${d}" stroke-opacity=".22" stroke-width="3"/>`,
  ) +
  path('M116 254q-4-128 84-132 88 4 84 132-84 34-168 0z', a) +
  path('M115 226q85 34 170 0l-1 28q-84 34-168 0z', b) +
  many(4, (i) =>
    line(`M${122 + i * 6} ${216 - i * 24}q${78 - i * 6} 24 ${156 - i * 12} 0`, `${d}33`, 3),
  ) +
  lit('M236 128q50 20 48 126-24 10-48 12 24-70 0-138z');
const sneakers = ({ a, b, d }) =>
  many(
    2,
    (i) =>
      `<g transform="translate(${i * 36} ${i * -64 + 34}) scale(${i ? 0.94 : 1})">` +
      path('M62 268q-6-74 10-98 20 14 54-6 44 56 120 70 34 8 34 40z', a) +
      path('M56 266h226q6 26-10 26H70q-18 0-14-26z', b) +
      line('M58 276h222', d, 2.5) +
      many(4, (j) => line(`M${134 + j * 22} ${184 + j * 12}l-14 18`, b, 5)) +
      path('M226 232q48 6 54 42h-50q10-22-4-42z', b) +
      lit('M72 170q10 8 26 6-2 40 4 92H62q-6-74 10-98z') +
      '</g>',
  );
const basket = ({ a, b, d }) =>
  line('M132 176q8-92 68-92t68 92', b, 12) +
  path('M92 176h216l-30 142H122z', a) +
  many(6, (i) => line(`M${95 + i * 4.6} ${188 + i * 23}h${210 - i * 9.2}`, `${d}40`, 4)) +
  many(10, (i) => line(`M${106 + i * 21} 178l${(4.5 - i) * 5.4} 138`, `${d}33`, 4)) +
  box(86, 168, 228, 18, 8, b) +
  lit('M262 186h46l-28 132h-40z');
const tote = ({ a, b, d }) =>
  line('M150 160q0-94 50-94t50 94', d, 11) +
  path('M104 152h192l14 166H90z', a) +
  lit('M256 152h40l14 166h-42z') +
  `<circle cx="200" cy="236" r="38" fill="${b}"/>` +
  path('M184 258v-22a16 16 0 0 1 32 0v22z', a) +
  line('M108 166h184', '#00000022', 3);
const satchel = ({ a, b, d }) =>
  line('M96 180Q200 12 304 180', d, 10) +
  box(84, 158, 232, 160, 16, a) +
  path('M84 174q0-22 22-22h188q22 0 22 22v56q-116 56-232 0z', b) +
  lit('M84 230q116 56 232 0v12q-116 56-232 0z') +
  many(
    2,
    (i) => box(132 + i * 112, 206, 24, 74, 6, d) + box(136 + i * 112, 246, 16, 14, 3, '#e5bd63'),
  ) +
  line('M96 172q104-18 208 0', '#ffffff44', 3);
const holdall = ({ a, b, d }) =>
  line('M140 190q0-84 60-84t60 84', b, 12) +
  path('M62 236q0-58 58-58h160q58 0 58 58v52q0 28-28 28H90q-28 0-28-28z', a) +
  lit('M290 178q48 6 48 58v52q0 28-28 28h-40q34-60 20-138z') +
  box(132, 178, 16, 138, 3, b) +
  box(252, 178, 16, 138, 3, b) +
  line('M124 192h152', d, 5) +
  path('M62 256q22-4 28 28v32q-28 0-28-28z', b);
const backpack = ({ a, b, d }) =>
  path('M120 140q0-62 80-62t80 62v156q0 22-22 22H142q-22 0-22-22z', a) +
  path('M112 128q88-44 176 0l-4 40q-84 26-168 0z', b) +
  lit('M246 86q34 12 34 54v156q0 22-22 22h-26q30-90 14-232z') +
  box(146, 222, 108, 76, 12, b) +
  line('M150 238h100', d, 5) +
  box(190, 150, 20, 62, 4, d) +
  box(188, 186, 24, 16, 3, '#e5bd63') +
  line('M176 80q24-30 48 0', d, 7);
const beltbag = ({ a, b, d }) =>
  line('M30 196q60 14 80 14M370 196q-60 14-80 14', d, 18) +
  path('M94 190q0-30 32-30h148q32 0 32 30 0 102-106 110-106-8-106-110z', a) +
  lit('M250 160h24q32 0 32 30 0 80-66 102 40-60 10-132z') +
  line('M116 186h168', b, 7) +
  line('M140 226q60 26 120 0', '#ffffff33', 4) +
  box(266, 182, 20, 12, 4, '#e5bd63');
const wallet = ({ a, b, d }) =>
  turned(
    -10,
    200,
    200,
    box(104, 96, 170, 108, 8, '#e8dcc8') +
      box(104, 116, 170, 108, 8, '#b9cdd0') +
      box(92, 138, 216, 154, 14, a) +
      path('M92 186h216v92q0 14-14 14H106q-14 0-14-14z', b) +
      `<path d="M102 196h196v86H102z" fill="none" stroke="${d}" stroke-opacity=".5" stroke-width="2.5" stroke-dasharray="8 6"/>` +
      lit('M276 138h18q14 0 14 14v126q0 14-14 14h-18z'),
  );
const book = ({ a, b, c, d }) =>
  turned(
    -9,
    200,
    205,
    box(112, 84, 190, 242, 8, '#fbf5e8') +
      many(4, (i) => line(`M300 ${100 + i * 3}v212`, '#d9cdb8', 1.5)) +
      box(102, 78, 186, 242, 8, a) +
      box(102, 78, 26, 242, 8, b) +
      lit('M128 78h8v242h-8z') +
      box(160, 124, 96, 58, 4, c) +
      line('M174 146h68M174 162h44', d, 4) +
      path('M244 320v28l8-8 8 8v-28z', d),
  );
const pen = ({ a, b, d }) =>
  turned(
    -52,
    200,
    205,
    box(62, 188, 214, 30, 12, a) +
      box(62, 188, 214, 10, 5, '#ffffff55') +
      box(206, 186, 14, 34, 3, d) +
      path('M276 190l54 13-54 13z', b) +
      path('M318 200l12 3-12 3z', d) +
      box(78, 178, 86, 8, 4, d),
  ) + line('M84 318q40-22 70 0t70 0 70-4', `${d}66`, 4);
const pencils = ({ c, d }) =>
  many(6, (i) =>
    turned(
      (i - 2.5) * 5,
      200,
      500,
      box(
        126 + i * 25,
        96 + (i % 2) * 14,
        22,
        170,
        2,
        ['#c8553d', '#e0a83a', '#4c7a67', '#35586e', '#8a4b6d', '#d9b78a'][i],
      ) +
        path(`M${126 + i * 25} ${98 + (i % 2) * 14}l11-40 11 40z`, '#edd2a5') +
        path(`M${133 + i * 25} ${73 + (i % 2) * 14}l4-15 4 15z`, d) +
        lit(`M${141 + i * 25} ${98 + (i % 2) * 14}h7v168h-7z`),
    ),
  ) +
  box(108, 232, 184, 86, 10, c) +
  box(108, 232, 184, 16, 8, '#ffffff33') +
  line('M150 276h100', d, 4);
const seal = ({ a, b, d }) =>
  path('M90 214h220v104H90z', '#efe3cd') +
  path('M90 214l110 66 110-66z', '#e0d0b3') +
  `<circle cx="200" cy="268" r="32" fill="${a}"/><circle cx="200" cy="268" r="21" fill="none" stroke="#00000033" stroke-width="4"/>` +
  path('M190 278v-14a10 10 0 0 1 20 0v14z', '#00000033') +
  turned(28, 280, 130, box(266, 84, 30, 84, 14, b) + box(260, 164, 42, 20, 4, '#d8aa4c')) +
  turned(-16, 120, 140, box(108, 76, 22, 116, 4, a) + line('M119 76v-12', d, 3));
const letters = ({ a, b, c, d }) =>
  turned(
    -12,
    180,
    190,
    box(82, 96, 190, 132, 4, '#fffaf0') + line('M106 128h136M106 148h116M106 168h128', `${d}77`, 4),
  ) +
  turned(
    7,
    220,
    240,
    box(112, 172, 206, 138, 6, a) +
      path('M112 178l103 78 103-78z', b) +
      line('M112 178l103 78 103-78', '#00000022', 3) +
      box(276, 184, 30, 36, 2, c),
  );
const planter = ({ a, b, c }) =>
  many(7, (i) =>
    turned(
      (i - 3) * 20,
      200,
      220,
      path(
        `M200 216q-24-70 0-${130 - Math.abs(i - 3) * 12} 24 ${60 - Math.abs(i - 3) * 6} 0 ${130 - Math.abs(i - 3) * 12}z`,
        i % 2 ? c : '#5b7f4a',
      ) + line(`M200 212v-${100 - Math.abs(i - 3) * 10}`, '#ffffff33', 2),
    ),
  ) +
  path('M124 212h152l-22 96H146z', a) +
  box(114, 198, 172, 28, 6, b) +
  lit('M238 226h36l-20 82h-32z') +
  oval(200, 312, 74, 9, b);
const can = ({ a, b, d }) =>
  path('M236 226 330 130l16 12-92 130z', a) +
  turned(42, 340, 130, box(312, 114, 56, 16, 5, b)) +
  line('M116 190q-62 20-34 82 14 26 42 16', a, 12) +
  path('M108 180h140l8 138H100z', a) +
  lit('M214 180h34l8 138h-40z') +
  lit('M124 192h14l-4 116h-14z', sheen) +
  oval(178, 180, 70, 14, d) +
  line('M116 178q62-74 124 0', b, 9) +
  line('M106 246h146', '#00000022', 4);
const seeds = ({ a, b, c, d }) =>
  many(3, (i) =>
    turned(
      (i - 1) * 13,
      200,
      420,
      `<g transform="translate(${(i - 1) * 66} 0)">` +
        path('M146 108h108v204H146z', [a, b, c][i]) +
        path(
          'M146 108l9-10 9 10 9-10 9 10 9-10 9 10 9-10 9 10 9-10 9 10 9-10 9 10z',
          [a, b, c][i],
        ) +
        box(160, 148, 80, 92, 4, '#fff8ea') +
        line('M200 228v-52', '#5b7f4a', 4) +
        path('M200 200q-30-4-28-30 28 0 28 30zM200 190q30-4 28-30-28 0-28 30z', '#6f9a58') +
        line('M166 268h68M180 286h40', d, 4) +
        '</g>',
    ),
  );
const clock = ({ a, b, d }) =>
  `<circle cx="200" cy="196" r="124" fill="${d}"/><circle cx="200" cy="196" r="114" fill="${a}"/>` +
  many(4, (i) =>
    line(`M${110 + i * 14} ${140 + i * 40}q90 ${i % 2 ? 20 : -16} ${176 - i * 26} 4`, `${b}66`, 3),
  ) +
  many(12, (i) => turned(i * 30, 200, 196, box(196, 92, 8, i % 3 ? 12 : 24, 3, d))) +
  line('M200 196V128', d, 9) +
  line('M200 196l50 34', d, 7) +
  `<circle cx="200" cy="196" r="9" fill="${b}"/>`;
const mirror = ({ a, d }) =>
  line('M150 90Q200 20 250 90', d, 6) +
  `<circle cx="200" cy="200" r="126" fill="${a}"/><circle cx="200" cy="200" r="114" fill="url(#glass)"/>` +
  lit(
    'M124 236 232 92l34 14-124 162zM160 284 292 130l14 22-120 148z',
    'fill="#fff" fill-opacity=".34"',
  ) +
  `<circle cx="200" cy="40" r="7" fill="${d}"/>`;
const vase = ({ a, b, c, d }) =>
  line('M196 150Q170 90 128 62M200 150Q206 80 196 34M206 150q18-60 66-82', '#7c6a45', 5) +
  many(9, (i) => {
    const [x, y] = [
      [128, 62],
      [146, 84],
      [118, 88],
      [196, 34],
      [184, 66],
      [212, 72],
      [272, 68],
      [250, 82],
      [262, 104],
    ][i];
    return oval(x, y, 15, 11, i % 2 ? c : '#e7c9a9');
  }) +
  path('M178 146h44q-8 44 22 74 38 62-14 98h-60q-52-36-14-98 30-30 22-74z', a) +
  lit('M208 146h14q-8 44 22 74 38 62-14 98h-24q44-60 10-100-16-30-8-72z') +
  line('M148 262q52 18 104 0', b, 6) +
  oval(200, 146, 24, 6, d);
const mug = ({ a, b, d }) =>
  line('M258 190q64-6 56 52-8 42-64 40', a, 18) +
  path('M104 152h160l-8 148q-2 18-22 18h-100q-20 0-22-18z', a) +
  lit('M222 152h42l-8 148q-2 18-22 18h-26z') +
  lit('M122 168h16l4 136h-12z', sheen) +
  oval(184, 152, 80, 15, b) +
  oval(184, 155, 68, 10, d);
const pan = ({ a, b }) =>
  turned(
    32,
    200,
    220,
    box(280, 204, 120, 26, 12, a) +
      `<circle cx="384" cy="217" r="6" fill="${b}"/><circle cx="190" cy="217" r="120" fill="${a}"/><circle cx="190" cy="217" r="102" fill="${b}"/>`,
  ) +
  line('M112 178q22-46 70-54', '#ffffff44', 7) +
  path('M160 214q30-40 72-14 38 34-6 62-60 26-66-48z', '#fff8ee') +
  `<circle cx="200" cy="226" r="21" fill="#f0ad2d"/>`;
const knife = ({ a, b, d }) =>
  box(70, 268, 260, 46, 12, '#c99b6a') +
  many(3, (i) => line(`M84 ${280 + i * 11}q120 ${i % 2 ? 5 : -5} 232 0`, '#a97b4d', 2.5)) +
  turned(
    -34,
    200,
    190,
    path('M44 204q60-52 170-48v52z', a) +
      path('M44 204h170v6q-110 6-170-6z', '#ffffffaa') +
      box(212, 158, 14, 50, 3, d) +
      box(224, 162, 126, 32, 12, b) +
      many(3, (i) => `<circle cx="${250 + i * 36}" cy="178" r="5" fill="#e0c48a"/>`),
  );
const mill = ({ a, b, d }) =>
  many(
    2,
    (i) =>
      `<g transform="translate(${i * 104 - 52} ${i * 34}) scale(1 ${i ? 0.9 : 1})">` +
      path('M168 318q-10-30 12-76-18-30-8-64h56q10 34-8 64 22 46 12 76z', i ? b : a) +
      path('M172 170q-6-40 28-44 34 4 28 44z', i ? b : a) +
      lit('M212 178h16q10 34-8 64 22 46 12 76h-18q12-70-2-140z') +
      `<circle cx="200" cy="116" r="11" fill="#d8aa4c"/>` +
      box(170, 170, 60, 9, 3, d) +
      '</g>',
  ) + many(7, (i) => `<circle cx="${120 + i * 27}" cy="${316 + (i % 3) * 6}" r="4" fill="${d}"/>`);
const apron = ({ a, b, d }) =>
  line('M160 112q40-86 80 0', b, 8) +
  line('M124 208q-40 10-56 40M276 208q40 10 56 40', b, 8) +
  path('M150 108h100q4 62 46 84l6 126H98l6-126q42-22 46-84z', a) +
  lit('M226 108h24q4 62 46 84l6 126h-54z') +
  path('M138 222h124v58q0 12-12 12H150q-12 0-12-12z', b) +
  line('M200 222v70', '#00000026', 3) +
  line('M158 122h84', d, 3);
const plate = ({ a, b, c }) =>
  many(
    3,
    (i) =>
      `<g transform="translate(${i * 14 - 14} ${30 - i * 26})">` +
      oval(200, 250, 136, 50, '#00000022') +
      oval(200, 242, 136, 50, a) +
      oval(200, 240, 118, 41, b) +
      oval(200, 242, 84, 27, a) +
      '</g>',
  ) +
  lit('M104 190q30-26 92-28-60 12-78 36z', sheen) +
  oval(214, 190, 26, 8, `${c}77`);
const carafe = ({ a, b, d }) =>
  path(
    'M174 100h52q-8 60 20 86 38 40 30 116-2 16-20 16H144q-18 0-20-16-8-76 30-116 28-26 20-86z',
    `${a}88`,
  ) +
  path('M134 238q66 16 132 0 12 30 8 62-2 16-20 16H146q-18 0-20-16-4-32 8-62z', `${b}aa`) +
  path('M176 78h48l-6 38h-36z', d) +
  lit('M150 300q-8-62 26-98-12 60-8 98z', 'fill="#fff" fill-opacity=".6"') +
  oval(200, 100, 26, 5, '#ffffffaa') +
  oval(200, 239, 66, 9, `${b}`);
const towel = ({ a, b, c }) =>
  many(3, (i) => {
    const k = [a, b, c][i];
    const y = 256 - i * 62;
    return (
      box(92 + i * 8, y, 216 - i * 16, 60, 26, k) +
      many(11, (j) => line(`M${112 + i * 8 + j * 17} ${y + 8}v44`, '#ffffff40', 4)) +
      line(`M${100 + i * 8} ${y + 30}h${190 - i * 16}`, '#0000001c', 3) +
      lit(`M${270 - i * 8} ${y}h14q24 4 24 30t-24 30h-14z`)
    );
  });
const mat = ({ a, b, d }) =>
  turned(
    -4,
    200,
    210,
    box(68, 130, 264, 160, 80, a) +
      many(
        5,
        (i) =>
          `<rect x="${78 + i * 14}" y="${140 + i * 14}" width="${244 - i * 28}" height="${140 - i * 28}" rx="${70 - i * 14}" fill="none" stroke="${i % 2 ? b : d}" stroke-opacity=".6" stroke-width="6" stroke-dasharray="11 5"/>`,
      ),
  );
const shears = ({ a, b, d }) =>
  turned(
    -28,
    200,
    200,
    path('M196 196q-34-70-10-134 40 40 34 130z', a) +
      path('M206 196q30-40 20-92-34 30-34 92z', '#dfe3e4') +
      line('M192 206q-58 50-34 126', b, 22) +
      line('M212 206q62 46 44 124', b, 22) +
      `<circle cx="202" cy="202" r="15" fill="${d}"/><circle cx="202" cy="202" r="6" fill="#d8aa4c"/>`,
  ) + path('M292 98q30-30 44 4-26 20-44-4z', '#6f9a58');
const trowel = ({ a, b, d }) =>
  turned(
    38,
    200,
    200,
    path('M160 60q40-40 80 0 6 74-40 126-46-52-40-126z', a) +
      lit('M206 40q22 4 34 20 6 74-40 126 22-80 6-146z') +
      box(193, 180, 14, 44, 4, d) +
      box(184, 220, 32, 118, 15, b) +
      line('M192 236h16', '#00000033', 4),
  ) + oval(120, 318, 70, 12, '#6b4a33');
const feeder = ({ a, b, c, d }) =>
  line('M200 20v60', d, 4) +
  path('M92 150 200 76l108 74-10 16H102z', b) +
  lit('M200 76l108 74-10 16h-60z') +
  box(128, 166, 144, 116, 4, a) +
  box(148, 182, 104, 62, 4, '#e9d3a0') +
  many(
    14,
    (i) =>
      `<circle cx="${158 + (i % 7) * 14}" cy="${222 + Math.floor(i / 7) * 12}" r="5" fill="#7d5a32"/>`,
  ) +
  box(96, 280, 208, 16, 6, a) +
  path('M286 262q-14-34 18-44l16-8-2 14q22 12 8 38-14 20-40 16z', c) +
  `<circle cx="306" cy="228" r="3.5" fill="#1c1512"/>` +
  path('M318 224l16 4-14 7z', '#e0902e');
const gloves = ({ a, b, d }) =>
  many(
    2,
    (i) =>
      `<g transform="${i ? 'translate(400 14) scale(-1 1)' : ''}">` +
      turned(
        -8,
        140,
        210,
        path(
          'M86 236V136q0-15 13-15t13 15v-26q0-15 13-15t13 15v-8q0-15 13-15t13 15v16q0-13 12-13t12 13v96l20-22q16-10 22 6l-26 62q-10 16-30 16z',
          a,
        ) +
          lit('M164 118v140q-20 18-60 18h64q20 0 30-16l26-62q-6-16-22-6l-20 22v-96q0-13-12-13z') +
          path('M82 262h106v56H82z', b) +
          line('M82 276h106', d, 4),
      ) +
      '</g>',
  );
const tree = ({ a, b, c }) =>
  line('M200 240q-8-60 4-110M202 180q-24-20-40-22M203 164q22-20 42-18', '#6b4a33', 11) +
  many(13, (i) => {
    const x = 200 + 84 * Math.cos(i * 2.4) * Math.sqrt(i / 13);
    const y = 112 + 62 * Math.sin(i * 2.4) * Math.sqrt(i / 13);
    return oval(
      x.toFixed(0),
      y.toFixed(0),
      42,
      33,
      i % 3 ? (i % 2 ? '#7f9470' : '#93a885') : '#6b8160',
    );
  }) +
  many(8, (i) => oval(138 + i * 18, 96 + ((i * 37) % 60), 5, 7, '#3d3a2e')) +
  path('M136 236h128l-18 82H154z', a) +
  box(128, 226, 144, 22, 6, b) +
  lit('M234 248h28l-16 70h-28z') +
  oval(200, 234, 60, 7, c);

export const motifs = {
  apron,
  backpack,
  basket,
  beltbag,
  board,
  book,
  bowl,
  bulbs,
  can,
  candles,
  carafe,
  clock,
  cloth,
  coffeepot,
  cushion,
  deskLamp,
  feeder,
  floorLamp,
  gloves,
  hat,
  holdall,
  jacket,
  knife,
  lantern,
  letters,
  mat,
  mill,
  mirror,
  mug,
  pan,
  pen,
  pencils,
  pendant,
  planter,
  plate,
  rug,
  satchel,
  scarf,
  seal,
  seeds,
  shears,
  shirt,
  slippers,
  sneakers,
  socks,
  spicebox,
  sweater,
  tableLamp,
  teaset,
  throwBlanket,
  tote,
  towel,
  tree,
  trowel,
  tshirt,
  vase,
  wallet,
};
