// Keeps the parts of a page that are marked `data-live` as they are on the server, by fetching the page again.
// Without this script everything works, and shows what was there when the page was loaded.

const PERIOD = 2000;

const button = document.getElementById("live-switch");
const problem = document.getElementById("live-problem");
let paused = false;

function tell(text) {
  if (problem.textContent !== text) problem.textContent = text;
}

// A part with a control in it that is in use stays as it is until the user has left it.
function renew(part, fresh) {
  if (!fresh || fresh.innerHTML === part.innerHTML || part.querySelector(":active, :focus")) return;
  part.replaceChildren(...fresh.childNodes);
}

async function update() {
  const answer = await fetch(location.href, { signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (paused) return;
  for (const part of document.querySelectorAll("[data-live]")) renew(part, page.getElementById(part.id));
}

async function keepUpdating() {
  if (!paused && !document.hidden) {
    try {
      await update();
      tell("");
    } catch {
      tell("LocalStack does not answer. Trying again.");
    }
  }
  setTimeout(keepUpdating, PERIOD);
}

if (button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    paused = !paused;
    button.textContent = paused ? "Resume updates" : "Pause updates";
    tell(paused ? "Paused." : "");
  });
  setTimeout(keepUpdating, PERIOD);
}
