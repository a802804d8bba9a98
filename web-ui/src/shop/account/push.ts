import { api, take } from '@/api/client';

/** Whether this browser can show messages of the shop while no page of it is open. */
export const canPush = () =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

async function registration() {
  // `ready` would wait for ever where none was registered (a development server).
  const found = await navigator.serviceWorker.getRegistration();
  return found ? navigator.serviceWorker.ready : undefined;
}

/** This browser's subscription, or null. */
export async function pushDevice(): Promise<PushSubscription | null> {
  if (!canPush()) return null;
  return (await (await registration())?.pushManager.getSubscription()) ?? null;
}

/** "Chrome on Linux", for its owner to know it by. */
function deviceName(): string {
  const agent = navigator.userAgent;
  const browser = /Edg|Firefox|Chrome|Safari/.exec(agent)?.[0]?.replace('Edg', 'Edge') ?? 'Browser';
  const system = /Android|iPhone|iPad|Windows|Mac|Linux/.exec(agent)?.[0];
  return system ? `${browser}, ${system}` : browser;
}

/** Asks for permission, subscribes, and tells the platform where to. */
export async function subscribe() {
  if ((await Notification.requestPermission()) !== 'granted')
    throw new Error('The browser does not allow it.');
  const worker = await registration();
  if (!worker) throw new Error('There is no service worker.');
  const { public_key } = await take(api.GET('/api/v1/notifications/push-key'));
  const subscription = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: public_key,
  });
  const { endpoint, keys } = subscription.toJSON();
  await take(
    api.POST('/api/v1/users/devices', {
      body: {
        platform: 'web',
        endpoint: endpoint ?? '',
        keys: { p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' },
        name: deviceName(),
      },
    }),
  );
}

/** The push service tells the platform that it is over when it next tries. */
export async function unsubscribe() {
  await (await pushDevice())?.unsubscribe();
}
