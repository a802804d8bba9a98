import { accessToken } from './session';
import { Problem, Unreachable } from './problem';

/** Saves a file that only who is signed in may have: a link could not say who asks. */
export async function download(path: string, name: string) {
  const token = await accessToken();
  const response = await fetch(path, {
    headers: token ? { Authorization: `Bearer ${token}` } : {},
  }).catch(() => {
    throw new Unreachable();
  });
  if (!response.ok) throw new Problem(response.status, await response.json().catch(() => ({})));
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
