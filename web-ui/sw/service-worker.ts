/// <reference lib="webworker" />
// Keeps the shop open without a network: its shell, and the part of the catalogue that was seen last.
//
// What may be kept is said by the gateway, not guessed here: answers marked `Cache-Control: public` to requests
// that carry no Authorization. An order, a profile or a cart is neither.
export {};
declare const self: ServiceWorkerGlobalScope;

/** By the build: the files that a first visit needs, and a name that changes with them. */
declare const SHELL_FILES: string[];
declare const SHELL_NAME: string;

const SHELL = `shell-${SHELL_NAME}`;
/** At most that many of each; the oldest go first. */
const KEPT = { files: 150, catalogue: 200, pictures: 300 };
type Kept = keyof typeof KEPT;
const CATALOGUE = /^\/api\/v1\/(products|categories)(\/|$)/;
const PICTURES = /^\/(demo|icons|api\/v1\/images)\//;

self.addEventListener('install', (event) => {
  const fill = async () => {
    const cache = await caches.open(SHELL);
    await cache.addAll(['/', ...SHELL_FILES].map((url) => new Request(url, { cache: 'reload' })));
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener('activate', (event) => {
  const takeOver = async () => {
    const old = (await caches.keys()).filter((name) => name !== SHELL && !(name in KEPT));
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  };
  event.waitUntil(takeOver());
});

async function keep(name: Kept, request: Request, response: Response) {
  if (response.status !== 200 || !response.headers.get('Cache-Control')?.includes('public')) return;
  const cache = await caches.open(name);
  await cache.delete(request); // so that it is the newest again
  await cache.put(request, response);
  const all = await cache.keys();
  await Promise.all(all.slice(0, -KEPT[name]).map((oldest) => cache.delete(oldest)));
}

/** What has a name of its content, or changes as rarely as a picture, is not asked for twice. */
async function keptFirst(name: Kept, event: FetchEvent): Promise<Response> {
  const kept = await caches.match(event.request);
  if (kept) return kept;
  const response = await fetch(event.request);
  event.waitUntil(keep(name, event.request, response.clone()));
  return response;
}

async function networkFirst(name: Kept, event: FetchEvent): Promise<Response> {
  try {
    const response = await fetch(event.request);
    event.waitUntil(keep(name, event.request, response.clone()));
    return response;
  } catch (error) {
    const kept = await caches.match(event.request);
    if (kept) return kept;
    throw error;
  }
}

/** A page: the shell draws any of them. */
async function page(event: FetchEvent): Promise<Response> {
  try {
    return ((await event.preloadResponse) as Response | undefined) ?? (await fetch(event.request));
  } catch (error) {
    const shell = await caches.match('/', { cacheName: SHELL });
    if (shell) return shell;
    throw error;
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (!/^\/(docs|api)(\/|$)/.test(url.pathname)) event.respondWith(page(event));
  } else if (url.pathname.startsWith('/assets/')) event.respondWith(keptFirst('files', event));
  else if (PICTURES.test(url.pathname)) event.respondWith(keptFirst('pictures', event));
  else if (CATALOGUE.test(url.pathname) && !request.headers.has('Authorization'))
    event.respondWith(networkFirst('catalogue', event));
});

type Notice = { id: string; kind: string; title: string; text: string; url: string };

self.addEventListener('push', (event) => {
  const notice = event.data?.json() as Partial<Notice> | undefined;
  if (!notice?.title) return;
  event.waitUntil(
    self.registration.showNotification(notice.title, {
      body: notice.text ?? '',
      icon: '/icons/192.png',
      tag: notice.id ?? notice.title,
      data: notice.url,
    }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const show = async () => {
    const wanted = new URL(String(event.notification.data || '/account'), self.location.origin);
    // What a push service hands over leads to this shop or nowhere.
    const url = wanted.origin === self.location.origin ? wanted.href : '/account';
    const open = await self.clients.matchAll({ type: 'window' });
    await (open[0]
      ? open[0].focus().then((client) => client.navigate(url))
      : self.clients.openWindow(url));
  };
  event.waitUntil(show());
});
