// Asks for the page again while what it shows goes on, and puts in what has changed. Elements are matched by their ids,
// so that what somebody reads or has focused stays where it is, and a screen reader is told of new entries alone.

const SLOWEST_MS = 30_000;

function put(place, fresh) {
  const kept = new Map([...place.children].filter((each) => each.id).map((each) => [each.id, each]));
  let last = null;
  for (const each of [...fresh.children]) {
    let now = kept.get(each.id);
    if (!each.id || !now) {
      now = each.id ? document.importNode(each, true) : [...place.children].find((old) => old.isEqualNode(each));
      if (!now) now = document.importNode(each, true);
      last ? last.after(now) : place.prepend(now);
    } else {
      kept.delete(each.id);
      if (!now.isEqualNode(each)) {
        if ([...each.children].some((child) => child.id)) {
          put(now, each);
          now.className = each.className;
        } else {
          const newer = document.importNode(each, true);
          now.replaceWith(newer);
          now = newer;
        }
      }
      if (last && last.nextElementSibling !== now) last.after(now);
    }
    last = now;
  }
  for (const gone of kept.values()) gone.remove();
}

async function follow(main) {
  const lost = document.getElementById("lost");
  let tag = "", wait = Number(main.dataset.every), failures = 0;
  while (main.dataset.every) {
    await new Promise((done) => setTimeout(done, Math.min(wait * 2 ** failures, SLOWEST_MS)));
    if (document.hidden) continue;
    try {
      const answer = await fetch(location.href, {headers: tag ? {"if-none-match": tag} : {}, cache: "no-store"});
      if (answer.status !== 304) {
        if (!answer.ok) throw new Error(answer.status);
        tag = answer.headers.get("etag") ?? "";
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("live");
        put(main, fresh);
        fresh.dataset.every ? (main.dataset.every = fresh.dataset.every) : delete main.dataset.every;
      }
      failures = 0;
    } catch {
      failures = Math.min(failures + 1, 5);
    }
    lost.hidden = failures === 0;
  }
}

const main = document.getElementById("live");
if (main?.dataset.every) follow(main);
