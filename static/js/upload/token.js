// The token that our own pages carry, and how to get a new one without leaving the page.

const meta = () => document.querySelector('meta[name="csrf-token"]');

export function token() {
  return meta().content;
}

const userOf = (page) => page.querySelector('meta[name="user"]')?.content;

/**
 * Asks for this page again and takes its token over; false while nobody is signed in, or somebody
 * else: what stands on this page is not to be sent in another author's name.
 */
export async function freshToken() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok || answer.redirected) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelector('meta[name="csrf-token"]')?.content;
  if (!found || userOf(page) !== userOf(document)) return false;
  meta().content = found;
  for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = found;
  return true;
}
